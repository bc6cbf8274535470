// A profile made by hand: which column is what, how times are written, who is an agent.
import { quoted } from "./rule-text";

export type Who = "pattern" | "column" | "agents";

export interface Mapping {
  /** Columns of the file in their order; twice the same name is one column. */
  columns: { column: string; target: string }[];
  isJson: boolean;
  times: string[];
  zone: string;
  encoding: string;
  who: Who;
  agents: string[];
  /** Words of the role column, one a line: `客服 = agent`. */
  words: string;
}

export const TIMES = [
  "%Y-%m-%d %H:%M:%S",
  "%Y/%m/%d %H:%M:%S",
  "%Y-%m-%d %H:%M",
  "%Y/%m/%d %H:%M",
  "%Y年%m月%d日 %H:%M:%S",
  "%Y-%m-%dT%H:%M:%S",
  "%d.%m.%Y %H:%M:%S",
  "%m/%d/%Y %H:%M:%S",
  "rfc3339",
  "excel",
  "epoch-ms",
  "epoch-s",
];
export const ENCODINGS = ["utf-8", "gb18030", "utf-16le", "utf-16be"];
export const USUAL_WORDS = "买家 = buyer\n客服 = agent\n机器人 = bot\n系统 = system";

/** What a column's name makes probable. */
export function guess(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[\s_-]/g, "");
  const guesses: [RegExp, string][] = [
    [/^(回复|答复|应答).*时间/, "answer_at"],
    [/^(回复|答复|应答).*内容/, "answer_text"],
    [/时间|日期|time|date|^at$/, "at"],
    [/平台|platform/, "platform"],
    [/店铺|shop|store/, "shop"],
    [/角色|role|sendertype|发送方|身份/, "author"],
    [/发送者|发送人|发言|sender|from|说话人|谁/, "sender"],
    [/买家|客户|顾客|customer|buyer|访客/, "buyer"],
    [/客服|账号|agent|account/, "account"],
    [/内容|消息$|text|content|message$|body/, "text"],
    [/消息id|消息编号|messageid|msgid|uuid/, "id"],
    [/会话|conversation|session/, "conversation"],
    [/类型|type|kind/, "kind"],
  ];
  return guesses.find(([pattern]) => pattern.test(plain))?.[1] ?? "";
}

/** Words for roles that are known without being told. */
const ROLES: [RegExp, string][] = [
  [/^(买家|顾客|客户|访客|用户|buyer|customer|visitor|client)$/i, "buyer"],
  [/^(客服|人工客服|卖家|商家|店铺|agent|seller|staff|service|merchant)$/i, "agent"],
  [/^(机器人|智能客服|bot|robot)$/i, "bot"],
  [/^(系统|system)$/i, "system"],
];

/** The usual words of roles, with those that the file's first rows have. */
function wordsIn(rows: readonly string[][], place: number): string {
  const seen = rows.map((row) => row[place]?.trim() ?? "");
  const known = seen.flatMap((word) => {
    const role = ROLES.find(([pattern]) => pattern.test(word))?.[1];
    return role ? [`${word} = ${role}`] : [];
  });
  return [...new Set([...USUAL_WORDS.split("\n"), ...known])].join("\n");
}

/** Where one begins: with what the automatic reading found, and else with what names suggest. */
export function begun(
  header: readonly string[],
  raw: { rows: string[][]; is_json: boolean },
  parts: readonly { matched: { column: string; target: string }[] }[],
): Mapping {
  const matched = parts.flatMap((part) => part.matched);
  const found = new Map(matched.map(({ column, target }) => [column, target]));
  const columns = header.map((column) => ({
    column,
    target: matched.length > 0 ? (found.get(column) ?? "") : guess(column),
  }));
  const role = columns.findIndex((one) => one.target === "author");
  return {
    columns,
    isJson: raw.is_json,
    times: TIMES,
    zone: "Asia/Shanghai",
    encoding: "",
    who: role < 0 ? "pattern" : "column",
    agents: [],
    words: role < 0 ? USUAL_WORDS : wordsIn(raw.rows, role),
  };
}

function roles(words: string): string[] {
  return words.split("\n").flatMap((line) => {
    const at = line.lastIndexOf("=");
    const [word, role] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    return at > 0 && word !== "" && role !== "" ? [`${quoted(word)} = ${quoted(role)}`] : [];
  });
}

function authors(mapping: Mapping): string[] {
  const lines = ["[authors]"];
  switch (mapping.who) {
    case "pattern":
      lines.push('patterns = [{ like = "{any}:{account}", author = "agent" }]');
      lines.push('otherwise = "buyer"');
      return lines;
    case "agents": {
      lines.push('otherwise = "buyer"', "", "[authors.words]");
      const names = [...new Set(mapping.agents.map((name) => name.trim()))];
      for (const name of names) if (name !== "") lines.push(`${quoted(name)} = "agent"`);
      return lines;
    }
    case "column":
      return [...lines, "", "[authors.words]", ...new Set(roles(mapping.words))];
  }
}

/** The profile as TOML. */
export function profileOf(mapping: Mapping, rows: "message" | "question-and-answer"): string {
  const targets = new Map<string, string[]>();
  for (const { column, target } of mapping.columns) {
    if (target === "" || column === "") continue;
    targets.set(target, [...new Set([...(targets.get(target) ?? []), column])]);
  }
  const columns = [...targets].map(([target, names]) => {
    const list = names.map(quoted).join(", ");
    return `${target} = ${names.length === 1 ? list : `[${list}]`}`;
  });
  return [
    'name = { zh = "手动对应", en = "Mapped by hand" }',
    `format = ${quoted(mapping.isJson ? "json" : "table")}`,
    `rows = ${quoted(rows)}`,
    `time = [${mapping.times.map(quoted).join(", ")}]`,
    ...(mapping.zone === "" ? [] : [`zone = ${quoted(mapping.zone)}`]),
    ...(mapping.encoding === "" ? [] : [`encoding = ${quoted(mapping.encoding)}`]),
    "",
    "[columns]",
    ...columns,
    "",
    ...authors(mapping),
    "",
  ].join("\n");
}
