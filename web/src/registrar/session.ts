// Who is signed in. The token of a session is a cookie that scripts cannot read; what they hold is what proves that a write is meant.
import { ApiError, type CallOptions, call } from "../lib/api";

export interface Session {
  role: "public" | "merchant" | "courier" | "household" | "registrar" | "auditor" | "admin";
  communes?: string[];
  provinces?: string[];
  csrf_token?: string;
}

export class Caller {
  constructor(readonly session: Session) {}

  /** Whether the caller decides, rather than only looks. */
  get decides(): boolean {
    return this.session.role === "registrar" || this.session.role === "admin";
  }

  /** Whether there is a session to end; a server for development asks for none. */
  get signedIn(): boolean {
    return this.session.csrf_token !== undefined;
  }

  call<T>(path: string, options: CallOptions = {}): Promise<T> {
    const csrf = this.session.csrf_token;
    return call<T>(path, csrf ? { ...options, csrf } : options);
  }
}

/** Who the browser is signed in as, null for nobody who has a desk. */
export async function current(): Promise<Caller | null> {
  try {
    const session = await call<Session>("/v1/session");
    return ["registrar", "auditor", "admin"].includes(session.role) ? new Caller(session) : null;
  } catch (failure) {
    if (failure instanceof ApiError && failure.problem.status === 401) return null;
    throw failure;
  }
}

export async function signIn(key: string): Promise<Caller> {
  return new Caller(await call<Session>("/v1/session", { body: { key } }));
}

export async function signOut(caller: Caller): Promise<void> {
  await caller.call<void>("/v1/session", { method: "DELETE" });
}
