// The frames of the stream as a customer chat hears and says them: `CustomerFrame` and `ClientFrame` in
// `crates/domain/src/wire.rs`. Times are milliseconds since 1970. Frames and events of a newer hub are others than these.

export interface Cursor {
  epoch: string;
  seq: number;
}

/** UTF-16 units of the text, as the hub has found them. */
export interface Link {
  offset: number;
  length: number;
  url: string;
}

export interface Message {
  seq: number;
  client_id: string;
  /** Absent on the customer's own. */
  operator?: string;
  text: string;
  links?: Link[];
  at: number;
}

export interface Snapshot {
  /** Oldest first. */
  messages: Message[];
  more: boolean;
  /** The current chat's; null before the first message. */
  status: number | null;
  read_by_me: number;
  read_by_operators: number;
}

export type Happening =
  | { kind: 'message'; message: Message }
  | { kind: 'chat_status'; status: number }
  | { kind: 'read'; up_to: number }
  | { kind: 'erased' };

export type Welcome = {
  type: 'welcome';
  visitor: string;
  organization: { id: number; name: string };
  cursor: Cursor;
  build: string;
};
export type Event = { type: 'event'; seq: number; prev: number; at: number; event: Happening };
export type Ack = { type: 'ack'; client_id: string; seq: number };
export type Reject = { type: 'reject'; client_id?: string; code: string; detail: string };
export type Typing = { type: 'typing'; operator: string };
export type History = { type: 'history'; messages: Message[]; more: boolean };
export type Reset = { type: 'reset'; cursor: Cursor; snapshot: Snapshot };
export type Heartbeat = { type: 'heartbeat'; cursor: Cursor };
/** The last one. `reconnect`: whether coming back makes sense. */
export type Bye = { type: 'bye'; code: string; detail: string; reconnect: boolean };

/** What the hub says. */
export type Frame = Welcome | Event | Ack | Reject | Typing | History | Reset | Heartbeat | Bye;

/** What is said to the hub. */
export type Said =
  | {
      type: 'hello';
      organization: number;
      visitor: string | undefined;
      customer: { name: string; phone: string };
      cursor: Cursor | undefined;
    }
  | { type: 'post'; client_id: string; text: string }
  | { type: 'read'; seq: number }
  | { type: 'typing' }
  | { type: 'history'; before: number | undefined }
  | { type: 'heartbeat' };
