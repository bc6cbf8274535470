// Taking something away: the sign beside it, and the question before.
import { DeleteOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import type { ReactNode } from "react";

import { useDoing, type Doing } from "./loaded";

/** Takes a row out of a form. `label` says which one, `title` what happens, where that is shorter. */
export function RemoveButton(props: {
  label: string;
  title?: string;
  danger?: boolean;
  onClick: () => void;
}): ReactNode {
  const { label, title = label, danger = false, onClick } = props;
  return (
    <Button
      type="text"
      danger={danger}
      icon={<DeleteOutlined />}
      aria-label={label}
      title={title}
      onClick={onClick}
    />
  );
}

/** What is asked before something is gone for good. */
interface Asked {
  title: string;
  /** What the button says. */
  ok: string;
  work: () => Promise<void>;
  /** What is said when it is done; absent: nothing is. */
  done?: string;
}

/** Asks, does it, and has the list read again, whatever became of it. */
export function useRemoval(again: () => void): [Doing, (asked: Asked) => void] {
  const { modal, message } = App.useApp();
  const doing = useDoing();
  const ask = ({ title, ok, work, done }: Asked): void => {
    modal.confirm({
      title,
      okText: ok,
      okButtonProps: { danger: true },
      onOk: async () => {
        const isDone = await doing.run(work);
        if (isDone && done) void message.success(done);
        again();
      },
    });
  };
  return [doing, ask];
}
