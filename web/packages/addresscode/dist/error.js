/**
 * Every error of the codec. It never quotes the input beyond one character: a code tells where somebody lives, and errors end up in
 * logs.
 */
export class AddressCodeError extends Error {
    kind;
    hint;
    position;
    index;
    name = "AddressCodeError";
    constructor(kind, message, 
    /** What to do. */
    hint, 
    /** The character at fault as a reader counts, from 1, a letter with its combining marks being one; 0 when there is none. */
    position = 0, 
    /** Index in the text of that character (UTF-16); it means nothing when position is 0. */
    index = 0) {
        super(message);
        this.kind = kind;
        this.hint = hint;
        this.position = position;
        this.index = index;
    }
}
//# sourceMappingURL=error.js.map