// The looks of the field. Shops set the custom properties on the element, or style its parts.
export const css = `
:host {
  --ink: var(--dcs-ink, #1a1d21);
  --soft: var(--dcs-ink-soft, #5a616b);
  --paper: var(--dcs-paper, #ffffff);
  --raised: var(--dcs-raised, #ffffff);
  --tint: var(--dcs-tint, #f3f4f6);
  --line: var(--dcs-line, #878e98);
  --accent: var(--dcs-accent, #0b57d0);
  --good: var(--dcs-good, #146c2e);
  --warn: var(--dcs-warn, #7a4a00);
  --bad: var(--dcs-bad, #b3151b);
  --radius: var(--dcs-radius, 10px);
  display: block;
  position: relative;
  color: var(--ink);
  font: var(--dcs-font, inherit);
  line-height: 1.45;
  text-align: start;
}
@supports (color: light-dark(red, red)) {
  :host {
    --ink: var(--dcs-ink, light-dark(#1a1d21, #eceef0));
    --soft: var(--dcs-ink-soft, light-dark(#5a616b, #aab1ba));
    --paper: var(--dcs-paper, light-dark(#ffffff, #16191d));
    --raised: var(--dcs-raised, light-dark(#ffffff, #1e2227));
    --tint: var(--dcs-tint, light-dark(#f3f4f6, #2a2f36));
    --line: var(--dcs-line, light-dark(#878e98, #7d8590));
    --accent: var(--dcs-accent, light-dark(#0b57d0, #a8c7fa));
    --good: var(--dcs-good, light-dark(#146c2e, #7ddc94));
    --warn: var(--dcs-warn, light-dark(#7a4a00, #f5c26b));
    --bad: var(--dcs-bad, light-dark(#b3151b, #ff8a80));
  }
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
label { display: block; margin: 0 0 4px; font-weight: 600; }
.required { color: var(--bad); }
.box { position: relative; display: flex; align-items: center; }
.box > .icon { position: absolute; left: 12px; color: var(--soft); pointer-events: none; }
.state { position: absolute; right: 12px; display: flex; pointer-events: none; }
input {
  width: 100%;
  min-height: 48px;
  margin: 0;
  padding: 8px 12px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  color: inherit;
  background: var(--paper);
  font: inherit;
  font-size: max(16px, 1em); /* smaller, and phones zoom in */
  line-height: 1.4;
  text-overflow: ellipsis;
}
.box > input { padding: 8px 42px; }
input::placeholder { color: var(--soft); opacity: 1; }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
input[aria-invalid="true"] { border-color: var(--bad); }
input:disabled { background: var(--tint); color: var(--soft); cursor: not-allowed; }
.icon { width: 20px; height: 20px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.hint { margin: 4px 0 0; color: var(--soft); font-size: 0.875em; }
.list {
  position: absolute;
  z-index: 10;
  left: 0;
  right: 0;
  margin-top: 4px;
  max-height: 340px;
  overflow: auto;
  overscroll-behavior: contain;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--raised);
  box-shadow: 0 8px 28px rgb(0 0 0 / 0.18);
}
.suggestion { display: flex; align-items: center; gap: 12px; min-height: 48px; padding: 8px 12px; cursor: pointer; }
.suggestion > .icon { color: var(--soft); }
.suggestion + .suggestion { border-top: 1px solid var(--tint); }
.suggestion-label { min-width: 0; overflow-wrap: anywhere; }
.suggestion-label > small { display: block; color: var(--soft); font-size: 0.875em; }
.suggestion:hover, .suggestion[aria-selected="true"] { background: var(--tint); }
.suggestion[aria-selected="true"] { box-shadow: inset 3px 0 var(--accent); }
.unit { margin-top: 12px; max-width: 24em; }
.result { margin-top: 8px; font-size: 0.9375em; }
.row { display: flex; align-items: flex-start; gap: 8px; margin-top: 6px; }
.row > .icon { margin-top: 1px; }
.row > span { min-width: 0; overflow-wrap: anywhere; }
.verified { color: var(--good); }
.partial, .away { color: var(--warn); }
.damaged { color: var(--bad); }
.quiet { color: var(--soft); }
.code { font-family: ui-monospace, "SF Mono", "Roboto Mono", "Noto Sans Mono", monospace; font-weight: 700; letter-spacing: 0.02em; white-space: nowrap; }
.choices { display: grid; gap: 6px; margin-top: 8px; }
.choices > button {
  min-height: 44px;
  padding: 8px 12px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  color: inherit;
  background: var(--raised);
  font: inherit;
  text-align: start;
  cursor: pointer;
}
.choices > button:hover { background: var(--tint); }
.map { margin-top: 10px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.spin { animation: turn 0.9s linear infinite; }
@keyframes turn { to { rotate: 1turn; } }
@media (prefers-reduced-motion: reduce) { .spin { animation-duration: 4s; } }
@media (forced-colors: active) { .suggestion[aria-selected="true"] { outline: 2px solid Highlight; } }
`;
