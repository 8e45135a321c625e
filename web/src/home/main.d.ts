import "../lib/theme.css";
import "./home.css";
