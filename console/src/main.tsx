import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Console } from "./console";
import "./look.css";
import { askWho } from "./session";

const root = document.getElementById("root");
if (root) {
  void askWho();
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
}
