// The whole console: colours and words around whatever is shown.
import { App, ConfigProvider, theme, type ThemeConfig } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useLayoutEffect, type ReactNode } from "react";

import { answerIn } from "./api/client";
import { FailureNote, Loading } from "./parts/failure";
import { useIsStill, useIsSystemDark } from "./parts/width";
import { Reset, SignIn, SignUp } from "./pages/door";
import { usePath } from "./place";
import { usePreferences } from "./preferences";
import { askWho, useSession } from "./session";
import { Frame } from "./frame";
import { useWords } from "./words";

function themed(isDark: boolean, isStill: boolean): ThemeConfig {
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      // Dark enough on white, and light enough on black, for text of any size.
      colorPrimary: isDark ? "#3f7fe0" : "#1d5fc4",
      colorLink: isDark ? "#7fb0ff" : "#1d5fc4",
      colorTextDescription: isDark ? "#a3aebc" : "#56606f",
      colorTextPlaceholder: isDark ? "#98a3b1" : "#626c7a",
      colorTextTertiary: isDark ? "#a3aebc" : "#56606f",
      colorError: isDark ? "#ff9b9b" : "#c0262d",
      colorBgContainer: isDark ? "#1a2028" : "#ffffff",
      colorBgElevated: isDark ? "#212934" : "#ffffff",
      colorBorder: isDark ? "#4a5666" : "#c3cad6",
      borderRadius: 6,
      motion: !isStill,
      fontFamily: "inherit",
    },
    components: isDark ? { Button: { primaryColor: "#ffffff", dangerColor: "#2a0a0a" } } : {},
  };
}

function Inside(): ReactNode {
  const session = useSession();
  const path = usePath();
  if (path === "/sign-up" && session.state !== "in") return <SignUp />;
  if (path === "/reset" && session.state !== "in") return <Reset />;
  switch (session.state) {
    case "asking":
      return <Loading />;
    case "failed":
      return (
        <main className="door">
          <div className="door-card">
            <FailureNote failure={session.failure} again={() => void askWho()} />
          </div>
        </main>
      );
    case "out":
      return <SignIn isOver={session.isOver} />;
    case "in":
      return <Frame key={session.me.who} />;
  }
}

export function Console(): ReactNode {
  const { language, scheme } = usePreferences();
  const isSystemDark = useIsSystemDark();
  const isStill = useIsStill();
  const isDark = scheme === "dark" || (scheme === "system" && isSystemDark);
  const w = useWords();
  // Before anything is asked of the server.
  answerIn(w.tag);
  useLayoutEffect(() => {
    document.documentElement.lang = w.tag;
    document.documentElement.dataset["scheme"] = isDark ? "dark" : "light";
  }, [w.tag, isDark]);
  return (
    <ConfigProvider
      locale={language === "zh" ? zhCN : enUS}
      theme={themed(isDark, isStill)}
      button={{ autoInsertSpace: false }}
    >
      <App component={false}>
        <Inside />
      </App>
    </ConfigProvider>
  );
}
