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
  const height = Number.parseFloat(window.getComputedStyle(area).lineHeight);
  if (box) box.scrollTop = Math.max(0, (fault.line - 4) * height);
}

function marked(text: string, faults: readonly CodeFault[]): ReactNode[] {
  const spans = faults.map((fault) => span(text, fault)).sort((a, b) => a[0] - b[0]);
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    if (start < at) continue;
    parts.push(text.slice(at, start));
    // At the end of a line there is nothing to underline but a blank.
    const wrong = text.slice(start, end);
    parts.push(<mark key={start}>{wrong.trim() === "" ? " " : wrong}</mark>);
    at = wrong === "\n" ? start : Math.min(end, text.length);
  }
  parts.push(text.slice(at));
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
  const rows = value.split("\n");
  const wrong = new Set(faults.map((fault) => fault.line));
  return (
    <div className="code">
      <div className="code-lines" aria-hidden>
        {rows.map((_, n) => (
          <div key={n} className={wrong.has(n + 1) ? "code-wrong" : undefined}>
            {n + 1}
          </div>
        ))}
      </div>
      <div className="code-sheet">
        <pre aria-hidden>
          {marked(value, faults)}
          {"\n"}
        </pre>
        <textarea
          id={id}
          ref={area}
          aria-label={label}
          aria-invalid={faults.length > 0}
          aria-describedby={describedBy}
          value={value}
          rows={rows.length + 1}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
    </div>
  );
}
