export interface Division {
  name: string;
  type: string;
  full_name: string;
  code: string;
}
export interface Divisions {
  commune?: Division;
  province?: Division;
  postal_code?: string;
}
export interface LatLon {
  lat: number;
  lon: number;
}
export interface AddressSummary {
  code?: string;
  status: string;
  kind: string;
  label: string;
}
export interface Address extends AddressSummary {
  position: LatLon;
  cell: string;
  zone: string;
  division: Divisions;
}
/** GET /v1/codes. */
export interface CodesAtPosition {
  cell: string;
  zone: string;
  centre: LatLon;
  outside?: string;
  division?: Divisions;
  codes: AddressSummary[];
}
/** GET /v1/resolve. */
export interface Resolution {
  kind: string;
  position?: LatLon;
  candidates: Candidate[];
}
export interface Candidate {
  code?: string;
  registered: boolean;
  correction?: {
    code: string;
    verified: boolean;
  };
  address?: Address;
  place?: {
    code?: string;
    cell: string;
    zone: string;
    centre: LatLon;
    division?: Divisions;
  };
  /** The retired code that was asked for. */
  succeeds?: string;
}
/** GET /v1/search and /v1/autocomplete. */
export interface SearchAnswer {
  features: SearchFeature[];
}
export interface SearchFeature {
  geometry: {
    coordinates: [lon: number, lat: number];
  };
  properties: {
    code?: string;
    type: "house" | "street" | "building" | "hamlet" | "commune" | "district" | "province" | "code";
    label: string;
    score: number;
    match_level: string;
    accuracy_m: number;
    division: Divisions;
    former?: {
      district?: Division;
      province?: Division;
    };
    count?: number;
    unmatched: string[];
  };
}
/** GET /v1/reverse. */
export interface NearAnswer {
  features: {
    properties: AddressSummary & {
      distance_m?: number;
    };
  }[];
}
/** POST and GET /v1/proposals. */
export interface Proposal {
  id: string;
  status: "open" | "confirmed" | "refused" | "expired";
  division?: Divisions;
  code?: string;
  reason?: string;
  created_at: string;
  expires_at: string;
}
