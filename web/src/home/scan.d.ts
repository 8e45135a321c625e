/** Opens the scanner; `found` is called once with what a code says. */
export declare function scan(found: (text: string) => void): Promise<void>;
