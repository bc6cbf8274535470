// Which shops somebody reaches: said as a choice and lines of text.
import { Form, Input, Radio } from "antd";
import type { ReactNode } from "react";

import type { Reach } from "../api/client";
import { useWords, type Words } from "../words";

export interface ReachFields {
  every: boolean;
  shops?: string;
}

const lines = (text: string | undefined): string[] =>
  (text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Platforms' words have no slash; shop ids may. */
const isPlace = (line: string): boolean => line.indexOf("/") > 0 && !line.endsWith("/");

export function reachOf({ every, shops }: ReachFields): Reach {
  if (every) return "everything";
  return lines(shops).map((line) => {
    const slash = line.indexOf("/");
    return { platform: line.slice(0, slash), shop: line.slice(slash + 1) };
  });
}

export function reachText(reach: Reach, w: Words): string {
  return reach === "everything" ? w.users.everything : w.users.shopCount(reach.length);
}

export function ReachItems(): ReactNode {
  const w = useWords();
  const every = Form.useWatch<boolean | undefined>("every");
  return (
    <>
      <Form.Item name="every" label={w.users.reach} initialValue={true}>
        <Radio.Group
          options={[
            { value: true, label: w.users.everything },
            { value: false, label: w.users.some },
          ]}
        />
      </Form.Item>
      {every === false && (
        <Form.Item
          name="shops"
          label={w.users.some}
          extra={w.users.reachHint}
          rules={[
            {
              validator: (_, text: string | undefined) => {
                const all = lines(text);
                const wrong = all.find((line) => !isPlace(line));
                if (wrong !== undefined) return Promise.reject(new Error(w.users.reachBad(wrong)));
                return all.length > 0
                  ? Promise.resolve()
                  : Promise.reject(new Error(w.shops.need));
              },
            },
          ]}
        >
          <Input.TextArea rows={4} spellCheck={false} />
        </Form.Item>
      )}
    </>
  );
}
