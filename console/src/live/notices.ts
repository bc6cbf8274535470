// One notice for all who are overdue, where somebody asked for it.
import { currentNotices, prefer } from "../preferences";
import { go } from "../place";
import type { Words } from "../words";
import { nameOfKey } from "../parts/names";
import { watchCounts, type Counts } from "./urgency";

/** Whether notices may be shown at all. */
export function canNotify(): boolean {
  return "Notification" in window && window.isSecureContext;
}

export function isDenied(): boolean {
  return canNotify() && Notification.permission === "denied";
}

/** Asks the browser, after somebody asked us; false: it said no. */
export async function turnOn(): Promise<boolean> {
  const answer = await Notification.requestPermission();
  prefer({ notices: answer === "granted" });
  return answer === "granted";
}

let audio: AudioContext | undefined;

/** Two soft tones, made here: no file is loaded. */
export function chime(): void {
  audio ??= new AudioContext();
  const begin = audio.currentTime;
  for (const [at, pitch] of [
    [0, 660],
    [0.18, 880],
  ] as const) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, begin + at);
    loudness.gain.linearRampToValueAtTime(0.12, begin + at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, begin + at + 0.3);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin + at);
    tone.stop(begin + at + 0.32);
  }
}

/** Shows and takes back the notice, for as long as the console is open. */
export function watchNotices(words: () => Words): () => void {
  let shown: Notification | null = null;
  let overdue = 0;
  const look = (counts: Counts): void => {
    const before = overdue;
    overdue = counts.overdue;
    const { notices, sound } = currentNotices();
    if (!notices || !canNotify() || Notification.permission !== "granted") return;
    if (counts.overdue === 0 || !counts.longest) {
      shown?.close();
      shown = null;
      return;
    }
    if (counts.overdue <= before) return;
    const w = words();
    const longest = counts.longest;
    shown = new Notification(w.notices.text(counts.overdue), {
      body: w.notices.body(nameOfKey(longest)),
      icon: "/icon.svg",
      // The one before is replaced.
      tag: "yingda-overdue",
      silent: true,
    });
    shown.onclick = () => {
      window.focus();
      go("/waiting?jump=longest");
    };
    if (sound) chime();
  };
  const end = watchCounts(look);
  return () => {
    end();
    shown?.close();
  };
}
