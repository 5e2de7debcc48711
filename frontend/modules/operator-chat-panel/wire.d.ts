// What the loader hears of the hub: the frames of a connection that watches the badge (`ServerFrame` in
// `crates/domain/src/wire.rs`), and the answer that brings a panel (`server/src/panel.rs`). Times are milliseconds since
// 1970. Frames of a newer hub are others than these.

/** Whom the hub takes the token for. */
export interface Me {
  operator: { id: number; name: string };
  organization: { id: number; name: string };
}

/** What the hub tells of a token that it has taken. */
export interface Taken {
  me: Me;
  expires_at: number;
}

/** Only a refusal has these. */
type Well = { code?: undefined; detail?: undefined };
export type Welcome = Taken & Well & { type: 'welcome' };
export type Badge = Well & { type: 'badge'; unread: number; chats: number };
export type Notice = Well & { type: 'notice'; chat_id: number; customer: string; preview: string };
export type Refusal = { type: 'bye' | 'reject'; code: string; detail: string };

export type Frame = Welcome | Badge | Notice | Refusal;

/** What the files hash to, for Subresource Integrity. */
export interface Integrity {
  js: string;
  wasm: string;
  css: string;
}

export interface PanelAnswer {
  /** The panel as the hub has rendered it. */
  html: string;
  /** What the panel begins with (`PanelProps`), of which the loader itself reads this much. */
  snapshot: Taken & { snapshot: { unread: number } };
  build: string;
  js: string;
  wasm: string;
  css: string;
  integrity?: Integrity;
  /** What the panel brings when it needs it: modules, where they are and what they hash to. */
  parts?: Record<string, { src: string; integrity: string }>;
}
