import "../lib/theme.css";
import "./registrar.css";
import { ApiError } from "../lib/api";
import { byId } from "../lib/dom";
import { t } from "../lib/i18n";
import { openDesk } from "./desk";
import { type Caller, current, signIn } from "./session";

const form = byId<HTMLFormElement>("sign-in");
const error = byId("sign-in-error");

function ask(words = ""): void {
  form.hidden = false;
  error.hidden = words === "";
  error.textContent = words;
  byId("key").focus();
}

function open(caller: Caller): void {
  form.remove();
  openDesk(caller);
}

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const field = byId<HTMLInputElement>("key");
  const button = form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  try {
    const caller = await signIn(field.value.trim());
    field.value = "";
    if (!["registrar", "auditor", "admin"].includes(caller.session.role))
      return ask(t("Khoá này không phải của cán bộ địa chỉ.", "This is no registrar's key."));
    open(caller);
  } catch (failure) {
    ask(failure instanceof ApiError ? failure.words : String(failure));
  } finally {
    button?.removeAttribute("aria-busy");
  }
});

current().then(
  (caller) => (caller ? open(caller) : ask()),
  (failure) => ask(failure instanceof ApiError ? failure.words : String(failure)),
);
