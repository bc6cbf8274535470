// Days and instants, by the browser's own fields: they know the user's keyboard and calendar.
import { Input } from "antd";
import type { ReactNode } from "react";

interface Field {
  id?: string;
  value?: string | null;
  onChange?: (value: string | null) => void;
}

/** A day as `2026-06-01`; empty: none. */
export function DayInput({ id, value, onChange }: Field): ReactNode {
  return (
    <Input
      {...(id !== undefined && { id })}
      type="date"
      max="9999-12-31"
      value={value ?? ""}
      onChange={(event) => onChange?.(event.target.value || null)}
    />
  );
}

/** China's clocks, which shops' days go by. */
const OFFSET = "+08:00";

/** An instant by China's clocks, as `2026-06-01T09:00:00.000+08:00`; empty: none. */
export function InstantInput({ id, value, onChange }: Field): ReactNode {
  const put = (text: string): void => {
    const whole = text.length === 16 ? `${text}:00` : text;
    onChange?.(text === "" ? null : `${whole}.000${OFFSET}`);
  };
  return (
    <Input
      {...(id !== undefined && { id })}
      type="datetime-local"
      step={1}
      value={value?.slice(0, 19) ?? ""}
      onChange={(event) => put(event.target.value)}
    />
  );
}
