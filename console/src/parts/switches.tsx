// Language and colours.
import { DesktopOutlined, GlobalOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";

import { prefer, usePreferences } from "../preferences";
import { useWords } from "../words";

export function LanguageButton(): ReactNode {
  const { language } = usePreferences();
  const [other, name] = language === "zh" ? (["en", "English"] as const) : (["zh", "中文"] as const);
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      lang={other === "en" ? "en" : "zh-CN"}
      onClick={() => prefer({ language: other })}
    >
      {name}
    </Button>
  );
}

const NEXT = { system: "light", light: "dark", dark: "system" } as const;

export function SchemeButton(): ReactNode {
  const { scheme } = usePreferences();
  const w = useWords();
  const icons = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };
  const label = `${w.account.scheme}: ${w.account.schemes[scheme]}`;
  return (
    <Button
      type="text"
      icon={icons[scheme]}
      aria-label={label}
      title={label}
      onClick={() => prefer({ scheme: NEXT[scheme] })}
    />
  );
}
