// A text that is written line by line, with what is wrong in it underlined where it stands.
import { useId, type ReactNode, type RefObject } from "react";

export interface CodeFault {
  line: number;
  byte: number;
  bytes: number;
  message: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where a byte of a line is among its characters. */
export function column(line: string, byte: number): number {
  return decoder.decode(encoder.encode(line).slice(0, Math.max(0, byte - 1))).length;
}

/** Start and end of a fault within the text. One that has no length gets a character to show. */
function span(text: string, fault: CodeFault): [number, number] {
  const all = text.split("\n");
  const before = all.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const line = all[fault.line - 1] ?? "";
  const start = before + column(line, fault.byte);
  const rest = encoder.encode(text.slice(start)).slice(0, fault.bytes);
  const found = decoder.decode(rest).replace(/\uFFFD+$/, "");
  // What is wrong with a whole block is shown at its first line.
  const length = found.split("\n")[0]?.length ?? 0;
  return [start, start + Math.max(1, length)];
}

/** Puts the cursor where a fault is. */
export function goToFault(area: HTMLTextAreaElement | null, text: string, fault: CodeFault): void {
  if (!area) return;
  const [start, end] = span(text, fault);
  area.focus();
  area.setSelectionRange(start, Math.min(end, text.length));
  const box = area.closest<HTMLElement>(".code");
  // Long lines take several rows: where a line is, is asked of what is drawn.
  const row = box?.querySelectorAll<HTMLElement>(".code-row")[fault.line - 1];
  if (box && row) box.scrollTop = Math.max(0, row.offsetTop - 3 * row.offsetHeight);
}

/** A line that begins at a place of the text, with what is wrong in it marked. */
function marked(line: string, begin: number, spans: readonly [number, number][]): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of spans) {
    const [start, end] = [from - begin, Math.min(to - begin, line.length)];
    if (start < at || start > line.length) continue;
    parts.push(line.slice(at, start));
    // At the end of a line there is nothing to underline but a blank.
    const wrong = line.slice(start, end);
    parts.push(<mark key={start}>{wrong.trim() === "" ? " " : wrong}</mark>);
    at = Math.max(start, end);
  }
  parts.push(line.slice(at));
  return parts;
}

export function Code(props: {
  label: string;
  value: string;
  faults: readonly CodeFault[];
  area: RefObject<HTMLTextAreaElement | null>;
  describedBy?: string;
  onChange: (text: string) => void;
}): ReactNode {
  const { label, value, faults, area, describedBy, onChange } = props;
  const id = useId();
  const wrong = new Set(faults.map((fault) => fault.line));
  const spans = faults.map((fault) => span(value, fault)).sort((a, b) => a[0] - b[0]);
  let next = 0;
  const rows = value.split("\n").map((line, n) => {
    const begin = next;
    next += line.length + 1;
    return (
      <div key={n} className={wrong.has(n + 1) ? "code-row code-wrong" : "code-row"}>
        <span className="code-number">{n + 1}</span>
        {marked(line, begin, spans)}
        {line === "" && "\n"}
      </div>
    );
  });
  return (
    <div className="code code-wrapped">
      <div className="code-sheet">
        <pre aria-hidden>{rows}</pre>
        <textarea
          id={id}
          ref={area}
          aria-label={label}
          aria-invalid={faults.length > 0}
          aria-describedby={describedBy}
          value={value}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
    </div>
  );
}
