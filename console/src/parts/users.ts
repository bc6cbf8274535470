// Who did something: users by their names, where one may know them.
import { api, taken } from "../api/client";
import { useMay, useMe } from "../session";
import type { Words } from "../words";
import { useLoaded } from "./loaded";

/** Names by number, as `user 3` has it; one's own at least. */
export function useUserNames(): ReadonlyMap<string, string> {
  const me = useMe();
  const maySee = useMay("change-users");
  const [loaded] = useLoaded(`users ${String(maySee)}`, async () =>
    maySee ? (await taken(api.GET("/v1/users"))).items : [],
  );
  const names = new Map<string, string>();
  if (me.user) names.set(String(me.user.number), me.user.name);
  if (loaded.state === "there") {
    for (const { number, name } of loaded.value) names.set(String(number), name);
  }
  return names;
}

/** `user 3`, `token 5` or `engine`. */
export function whoText(who: string, users: ReadonlyMap<string, string>, w: Words): string {
  const [kind, number = ""] = who.split(" ");
  if (kind === "user") return users.get(number) || w.audit.user(number);
  if (kind === "token") return w.audit.token(number);
  return who === "engine" ? w.audit.engine : who;
}
