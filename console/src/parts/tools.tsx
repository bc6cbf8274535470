// What narrows a long list: a search, and choices of which several may hold.
import { SearchOutlined } from "@ant-design/icons";
import { Input, Select } from "antd";
import type { ReactNode } from "react";

/** A field to search by; `/` leads to it. */
export function Search(props: {
  label: string;
  hint: string;
  value: string;
  onChange: (text: string) => void;
}): ReactNode {
  return (
    <span data-search="">
      <Input
        prefix={<SearchOutlined aria-hidden />}
        aria-label={props.label}
        placeholder={props.hint}
        value={props.value}
        allowClear
        style={{ width: 220 }}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </span>
  );
}

/** Any number of choices; none stands for all. */
export function Choices<T extends string>(props: {
  label: string;
  value: T[];
  options: { value: T; label: string }[];
  /** How many choices are written out; more are counted. */
  shown?: number;
  onChange: (chosen: T[]) => void;
}): ReactNode {
  return (
    <Select<T[]>
      mode="multiple"
      allowClear
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      style={{ minWidth: 150 }}
      maxTagCount={props.shown ?? 1}
      options={props.options}
      onChange={props.onChange}
    />
  );
}
