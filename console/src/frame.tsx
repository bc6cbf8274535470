// What is around every page: where one can go, the state of the line, one's own account.
import {
  AimOutlined,
  AlertOutlined,
  ApiOutlined,
  BellOutlined,
  BookOutlined,
  EditOutlined,
  IdcardOutlined,
  ImportOutlined,
  AppstoreOutlined,
  AuditOutlined,
  ClockCircleOutlined,
  LineChartOutlined,
  MenuOutlined,
  QuestionCircleOutlined,
  ShopOutlined,
  TableOutlined,
  TeamOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { Alert, Button, Drawer, Modal, Result } from "antd";
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

import type { Permission } from "./api/client";
import { useCatalogue } from "./live/catalogue";
import { retry, start, useLine } from "./live/live";
import { watchNotices } from "./live/notices";
import { useCounts } from "./live/urgency";
import { tellBack } from "./parts/back";
import { Boundary, FailurePage, Loading, NotAllowed } from "./parts/failure";
import { later, preloadIdle, type Later } from "./parts/later";
import { LanguageButton, SchemeButton } from "./parts/switches";
import { useIsNarrow } from "./parts/width";
import { go, goInstead, linkTo, usePath } from "./place";
import { useMe } from "./session";
import { useWords, type Words } from "./words";

type PageName = Exclude<keyof Words["pages"], "groupWatch" | "groupManage">;

interface Page {
  name: PageName;
  path: string;
  icon: ReactNode;
  needs: Permission | null;
  show: Later<object>;
}

const page = (load: () => Promise<{ default: ComponentType }>): Later<object> => later(load);

const WATCH: readonly Page[] = [
  {
    name: "overview",
    path: "/",
    icon: <AppstoreOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/overview")),
  },
  {
    name: "waiting",
    path: "/waiting",
    icon: <ClockCircleOutlined />,
    needs: "read-queue",
    show: page(() => import("./pages/waiting")),
  },
  {
    name: "alerts",
    path: "/alerts",
    icon: <AlertOutlined />,
    needs: "read-alerts",
    show: page(() => import("./pages/alerts")),
  },
  {
    name: "figures",
    path: "/figures",
    icon: <LineChartOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/figure")),
  },
];

const MANAGE: readonly Page[] = [
  {
    name: "rules",
    path: "/rules",
    icon: <BookOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/rules")),
  },
  {
    name: "overrides",
    path: "/overrides",
    icon: <EditOutlined />,
    needs: "change-rules",
    show: page(() => import("./pages/overrides")),
  },
  {
    name: "import",
    path: "/import",
    icon: <ImportOutlined />,
    needs: "send-facts",
    show: page(() => import("./pages/import")),
  },
  {
    name: "panel",
    path: "/panel",
    icon: <TableOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/panel")),
  },
  {
    name: "calibration",
    path: "/calibration",
    icon: <AimOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/calibration")),
  },
  {
    name: "alertSettings",
    path: "/alerts/settings",
    icon: <BellOutlined />,
    needs: "change-alerts",
    show: page(() => import("./pages/alert-settings")),
  },
  {
    name: "shops",
    path: "/shops",
    icon: <ShopOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/shops")),
  },
  {
    name: "persons",
    path: "/persons",
    icon: <IdcardOutlined />,
    needs: "read-figures",
    show: page(() => import("./pages/persons")),
  },
  {
    name: "users",
    path: "/users",
    icon: <TeamOutlined />,
    needs: "change-users",
    show: page(() => import("./pages/users")),
  },
  {
    name: "tokens",
    path: "/tokens",
    icon: <ApiOutlined />,
    needs: "change-tokens",
    show: page(() => import("./pages/tokens")),
  },
  {
    name: "audit",
    path: "/audit",
    icon: <AuditOutlined />,
    needs: "read-audit",
    show: page(() => import("./pages/audit")),
  },
  {
    name: "account",
    path: "/account",
    icon: <UserOutlined />,
    needs: null,
    show: page(() => import("./pages/account")),
  },
];

const PAGES = [...WATCH, ...MANAGE];

/** The page of a path: its own, or one below it. */
const pageOf = (path: string): Page | undefined =>
  PAGES.find((one) => one.path === path) ??
  PAGES.find((one) => one.path !== "/" && path.startsWith(`${one.path}/`));

function Overdue(): ReactNode {
  const { overdue } = useCounts();
  return overdue > 0 && <span className="badge">{overdue}</span>;
}

function Links({ path, onGo }: { path: string; onGo: () => void }): ReactNode {
  const w = useWords();
  const { permissions } = useMe();
  const list = (title: string, pages: readonly Page[]): ReactNode => (
    <>
      <h2>{title}</h2>
      <ul>
        {pages
          .filter((one) => one.needs === null || permissions.includes(one.needs))
          .map((one) => {
            const link = linkTo(one.path);
            return (
              <li key={one.name}>
                <a
                  {...link}
                  aria-current={one === pageOf(path) ? "page" : undefined}
                  onClick={(event) => {
                    link.onClick(event);
                    onGo();
                  }}
                >
                  {one.icon}
                  {w.pages[one.name]}
                  {one.name === "waiting" && <Overdue />}
                </a>
              </li>
            );
          })}
      </ul>
    </>
  );
  return (
    <nav className="links" aria-label={w.navigation}>
      {list(w.pages.groupWatch, WATCH)}
      {list(w.pages.groupManage, MANAGE)}
    </nav>
  );
}

function Brand(): ReactNode {
  const w = useWords();
  return (
    <div className="brand">
      <img src="/icon.svg" alt="" />
      {w.product}
    </div>
  );
}

function Lamp(): ReactNode {
  const w = useWords();
  const { line } = useLine();
  return (
    <span className={`lamp lamp-${line}`} role="status">
      {w.line[line]}
    </span>
  );
}

/** Said only when it lasts: a stream that ends now and then comes back within a moment. */
function Lost(): ReactNode {
  const w = useWords();
  const { line, isRead } = useLine();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (line !== "lost") {
      setLong(false);
      return;
    }
    const timer = window.setTimeout(() => setLong(true), 4_000);
    return () => window.clearTimeout(timer);
  }, [line]);
  if (!isLong || !isRead) return null;
  return (
    <Alert
      type="warning"
      banner
      title={w.line.lostLong}
      action={<Button onClick={retry}>{w.line.retry}</Button>}
    />
  );
}

function KeyHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const w = useWords();
  const keys: [string, string][] = [
    ["1", w.pages.overview],
    ["2", w.pages.waiting],
    ["3", w.pages.alerts],
    ["4", w.pages.figures],
    ["/", w.keys.search],
    ["u", w.keys.urgent],
    ["↑ ↓", w.keys.rows],
    ["Enter", w.keys.enter],
    ["?", w.keys.help],
  ];
  return (
    <Modal open={isOpen} title={w.keys.title} footer={null} onCancel={onClose} width={420}>
      <dl className="facts">
        {keys.map(([key, what]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

/** Single keys, where nothing is being typed and nothing lies over the page. */
function useKeys(help: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const at = event.target instanceof HTMLElement ? event.target : document.body;
      const isTyping = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (at.closest('[role="dialog"]')) return;
      const actions: Record<string, () => void> = {
        "1": () => go("/"),
        "2": () => go("/waiting"),
        "3": () => go("/alerts"),
        "4": () => go("/figures"),
        "/": () => document.querySelector<HTMLInputElement>("[data-search] input")?.focus(),
        u: () => go("/waiting?jump=longest"),
        "?": help,
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [help]);
}

const offlinePage = (again: () => void): ReactNode => (
  <FailurePage failure={{ kind: "offline" }} again={again} />
);

/** What waits for the line is told when it is back; pages are fetched before they are needed. */
function useLineBack(): void {
  const { line } = useLine();
  const { permissions } = useMe();
  const isThere = line === "live" || line === "polling";
  useEffect(() => {
    if (!isThere) return;
    tellBack();
    return preloadIdle(
      PAGES.filter((one) => one.needs === null || permissions.includes(one.needs)).map(
        (one) => one.show,
      ),
    );
  }, [isThere, permissions]);
}

function Current({ path }: { path: string }): ReactNode {
  const w = useWords();
  const { permissions } = useMe();
  const found = pageOf(path);
  if (!found) {
    return <Result status="404" title={w.failure.noPage} subTitle={w.failure.noPageAction} />;
  }
  if (found.needs && !permissions.includes(found.needs)) return <NotAllowed />;
  return (
    <Boundary key={found.name} place={path}>
      <found.show.Show loading={<Loading />} offline={offlinePage} />
    </Boundary>
  );
}

export function Frame(): ReactNode {
  const w = useWords();
  const path = usePath();
  const isNarrow = useIsNarrow();
  const me = useMe();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [openHelp] = useState(() => () => setHelpOpen(true));
  useKeys(openHelp);
  useCatalogue();
  useEffect(start, []);
  useLineBack();
  useEffect(() => watchNotices(() => w), [w]);
  useEffect(() => {
    if (["/sign-up", "/reset", "/sign-in"].includes(path)) goInstead("/");
    const name = pageOf(path)?.name;
    document.title = name ? `${w.pages[name]} · ${w.product}` : w.product;
  }, [path, w]);
  const foot = (
    <div className="foot">
      <Lamp />
      <a className="small cut" style={{ padding: "0 10px" }} {...linkTo("/account")}>
        {me.user?.name ?? me.who}
      </a>
      <div>
        <LanguageButton />
        <SchemeButton />
        <Button
          type="text"
          icon={<QuestionCircleOutlined />}
          aria-label={w.keys.title}
          title={w.keys.title}
          onClick={openHelp}
        />
      </div>
    </div>
  );
  return (
    <>
      <a className="skip" href="#content">
        {w.skip}
      </a>
      <div className="frame">
        {isNarrow ? (
          <header className="top">
            <Button
              type="text"
              icon={<MenuOutlined />}
              aria-label={w.menu}
              onClick={() => setMenuOpen(true)}
            />
            <span className="strong">{w.product}</span>
            <span style={{ marginLeft: "auto" }}>
              <Lamp />
            </span>
            <Drawer
              open={isMenuOpen}
              placement="left"
              size={260}
              title={w.product}
              onClose={() => setMenuOpen(false)}
              styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}
            >
              <Links path={path} onGo={() => setMenuOpen(false)} />
              {foot}
            </Drawer>
          </header>
        ) : (
          <header className="side">
            <Brand />
            <Links path={path} onGo={() => undefined} />
            {foot}
          </header>
        )}
        <main className="main" id="content" tabIndex={-1}>
          <Lost />
          <Current path={path} />
        </main>
      </div>
      <KeyHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
