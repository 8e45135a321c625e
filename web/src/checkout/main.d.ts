import "../lib/theme.css";
import "./checkout.css";
