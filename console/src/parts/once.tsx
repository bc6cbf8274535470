// Something that is shown once: a link, a token.
import { App, Alert, Button, Input } from "antd";
import { useId, type ReactNode } from "react";

import { useWords } from "../words";

export function Once(props: { text: string; label: string; value: string; hint?: string }): ReactNode {
  const w = useWords();
  const id = useId();
  const { message } = App.useApp();
  const copy = (): void => {
    const select = (): void => {
      const input = document.getElementById(id);
      if (input instanceof HTMLInputElement) input.select();
    };
    // Without a secure address there is no clipboard: then it is selected, ready to be copied.
    if (!window.isSecureContext) {
      select();
      return;
    }
    navigator.clipboard.writeText(props.value).then(() => void message.success(w.common.copied), select);
  };
  return (
    <Alert
      type="success"
      title={props.text}
      description={
        <>
          <label htmlFor={id} className="quiet small">
            {props.label}
          </label>
          <div className="once">
            <Input id={id} readOnly value={props.value} onFocus={(event) => event.target.select()} />
            <Button type="primary" onClick={copy}>
              {w.common.copy}
            </Button>
          </div>
          {props.hint && <div className="quiet small">{props.hint}</div>}
        </>
      }
    />
  );
}
