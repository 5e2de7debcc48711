//! Feeds the state, and does what it answers.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use chathub_domain::wire::{ClientFrame, ServerFrame};
use chathub_domain::{OperatorId, decode};
use js_sys::{Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Event, EventTarget};

use super::browser::{Interval, Listener, Timeout, document, window};
use super::storage::Keeper;
use super::transport::Links;
use crate::panel::clock::{Calendar, now};
use crate::panel::props::Door;
use crate::panel::state::{Deed, Effect, Input, State, Told};
use crate::panel::watched::Watched;

/// Milliseconds between two looks at the clock: what fades or falls due may do so this much late.
const TICK_MS: i32 = 1_000;

/// What calls the driver by itself; dropped, it does not any more.
type Alive = (Interval, [Listener; 6], Option<Listener>);

pub(in crate::panel) struct Driver {
    /// For the callbacks, which must not keep it alive.
    pub(super) me: Weak<Driver>,
    pub(super) state: Watched,
    calendar: RwSignal<Calendar>,
    pub(super) hub: String,
    pub(super) door: Door,
    /// The page around the panel, if it listens.
    host: Option<Function>,
    pub(super) links: Links,
    /// The panel's outermost element, to see whether it is seen.
    pub(super) root: RefCell<Option<web_sys::Element>>,
    alive: RefCell<Option<Alive>>,
    keeper: Keeper,
    pub(super) token_timer: RefCell<Option<Timeout>>,
    /// Tokens refused since the last welcome.
    pub(super) refusals: Cell<u32>,
}

impl Driver {
    /// `kept` is what a former panel has told to keep.
    pub(in crate::panel) fn new(
        state: Watched,
        calendar: RwSignal<Calendar>,
        hub: String,
        door: Door,
        host: Option<Function>,
        kept: Option<String>,
    ) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            state,
            calendar,
            hub,
            door,
            host,
            links: Links::default(),
            root: RefCell::default(),
            alive: RefCell::default(),
            keeper: Keeper::new(door, kept),
            token_timer: RefCell::default(),
            refusals: Cell::new(0),
        })
    }

    /// Begins, once the panel is in the page.
    pub(in crate::panel) fn start(&self, root: Option<web_sys::Element>) {
        *self.root.borrow_mut() = root;
        let window = window();
        let listeners = [
            self.listener(&window, "online", |driver, _| driver.come_back()),
            self.listener(&window, "offline", |driver, _| driver.lose_link()),
            self.listener(&window, "pagehide", |driver, _| driver.keep()),
            self.listener(&document(), "visibilitychange", |driver, _| driver.looked_at()),
            self.listener(&window, "focus", |driver, _| driver.see()),
            self.listener(&window, "blur", |driver, _| driver.see()),
        ];
        let ticks = Interval::new(TICK_MS, self.callback(|driver| driver.tick()));
        // Somebody else's page has questions of its own.
        let leaving = (self.door == Door::Console)
            .then(|| self.listener(&window, "beforeunload", |driver, event| driver.before_leaving(event)));
        *self.alive.borrow_mut() = Some((ticks, listeners, leaving));
        self.tell("ready", Object::new().as_ref());
        self.see();
        self.take_up();
        // What a former operator has left, or a former build, is not kept any longer.
        self.keeper.soon(self.callback(Self::keep));
        self.connect();
    }

    /// Ends it all.
    pub(in crate::panel) fn stop(&self) {
        self.alive.take();
        self.keeper.stop();
        self.token_timer.take();
        self.root.take();
        self.links.close();
    }

    pub(in crate::panel) fn act(&self, deed: Deed) {
        self.apply(Input::Act(deed));
    }

    pub(in crate::panel) fn set_token(&self, token: String) {
        self.apply(Input::Token { token, expires_at: None });
    }

    pub(super) fn apply(&self, input: Input) {
        let now = now();
        // A panel that is gone has no state to change.
        let Some((effects, kept)) = self.state.apply(input, now) else { return };
        for effect in effects {
            match effect {
                Effect::Send(frame) => self.send(frame),
                Effect::Reconnect(pause) => self.connect_after(pause),
                Effect::Disconnect => self.links.close(),
                Effect::AskToken { refused } => self.ask_token(refused),
                Effect::Tell(told) => self.tell_host(told),
            }
        }
        if kept {
            self.keeper.soon(self.callback(Self::keep));
        }
    }

    pub(super) fn frame(&self, text: &str) {
        // What this build can't read is of a newer server, and nothing it could act on.
        let Some(frame) = decode::read::<ServerFrame>(text) else { return };
        if matches!(frame, ServerFrame::Welcome { .. }) {
            self.links.welcomed();
            self.refusals.set(0);
        }
        self.apply(Input::Frame(frame));
    }

    fn send(&self, frame: ClientFrame) {
        self.links.send(&frame, now());
    }

    /// What there is to keep now.
    pub(in crate::panel) fn to_keep(&self) -> String {
        self.state.read(State::keep).unwrap_or_default()
    }

    fn keep(&self) {
        let kept = self.to_keep();
        if let Some(operator) = self.operator()
            && self.keeper.keep(operator, &kept)
        {
            self.tell("state", &kept.as_str().into());
        }
    }

    /// Goes on where the former panel was.
    fn take_up(&self) {
        if let Some(kept) = self.operator().and_then(|operator| self.keeper.take(operator)) {
            self.apply(Input::Kept(kept));
        }
    }

    pub(super) fn operator(&self) -> Option<OperatorId> {
        self.state.read(|state| state.staff.me.operator.id)
    }

    /// Asks before the page goes with something unsent.
    fn before_leaving(&self, event: &Event) {
        if self.state.read(State::unsent).unwrap_or(false) {
            event.prevent_default();
        }
    }

    fn tick(&self) {
        self.see();
        self.date();
        self.check_link();
        let now = now();
        if self.state.read(|state| state.due(now)).unwrap_or(false) {
            self.apply(Input::Tick);
        }
    }

    fn looked_at(&self) {
        self.see();
        self.date();
        if document().visibility_state() == web_sys::VisibilityState::Visible {
            self.come_back();
        } else {
            // A phone may end a hidden page without another word.
            self.keep();
        }
    }

    /// Tells the state whether the operator looks at the panel: not in a hidden tab, not behind a closed launcher, and
    /// not in a window beside or behind the one that they work in.
    fn see(&self) {
        let there =
            self.root.borrow().as_ref().is_some_and(|root| root.get_bounding_client_rect().width() > 0.0);
        let shown = document().visibility_state() == web_sys::VisibilityState::Visible;
        let visible = there && shown && document().has_focus().unwrap_or(true);
        if self.state.read(State::visible).is_some_and(|was| was != visible) {
            self.apply(Input::Visible(visible));
        }
    }

    /// What is written of days is written anew when the day or the time zone has changed.
    fn date(&self) {
        let calendar = Calendar::of(now());
        if self.calendar.try_with_untracked(|was| *was != calendar).unwrap_or(false) {
            self.calendar.set(calendar);
        }
    }

    fn listener(
        &self,
        target: &EventTarget,
        event: &'static str,
        run: impl Fn(&Self, &Event) + 'static,
    ) -> Listener {
        let me = self.me.clone();
        Listener::new(target, event, move |event| {
            if let Some(driver) = me.upgrade() {
                run(&driver, &event);
            }
        })
    }

    /// A callback for the browser, which does nothing once the panel is gone.
    pub(super) fn callback(&self, run: impl Fn(&Self) + 'static) -> impl Fn() + 'static {
        let me = self.me.clone();
        move || {
            if let Some(driver) = me.upgrade() {
                run(&driver);
            }
        }
    }

    fn tell_host(&self, told: Told) {
        let detail = Object::new();
        let name = match told {
            Told::Unread(count) => {
                set(&detail, "count", count.into());
                "unread"
            }
            Told::Message { chat_id, customer, preview } => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a database would have to give out 2^53 ids first"
                )]
                set(&detail, "chatId", (chat_id.0 as f64).into());
                set(&detail, "customer", customer.into());
                set(&detail, "preview", preview.into());
                "message"
            }
            Told::TokenExpiring => "tokenexpiring",
            Told::Upgrade => "upgrade",
            Told::Language(tag) => {
                set(&detail, "language", tag.into());
                "language"
            }
            Told::Error { code, detail: sentence } => {
                set(&detail, "code", code.as_str().into());
                set(&detail, "detail", sentence.into());
                "error"
            }
        };
        self.tell(name, detail.as_ref());
    }

    fn tell(&self, name: &str, detail: &JsValue) {
        if let Some(host) = &self.host {
            // What the page's own listener throws is the page's.
            drop(host.call2(&JsValue::NULL, &name.into(), detail));
        }
    }
}

fn set(object: &Object, key: &str, value: JsValue) {
    // Setting a member of a plain object can't fail.
    drop(Reflect::set(object, &key.into(), &value));
}
