//! The table of routes that is the router: whoever adds a route says what kind it is, and the walks over all routes
//! (law 5) read the same table. There is no second way to the router, so none can be forgotten.

use axum::{
    Router,
    handler::Handler,
    routing::{self, MethodRouter},
};

use super::state::State;

/// What a route does to the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RouteKind {
    /// Shows something to somebody signed in; writes nothing.
    Page,
    /// Does an act: the ledger grows, or the answer says why not.
    Act,
    /// Asks the rules a question with a body; writes nothing.
    Question,
    /// Writes working state only (sign-in sessions, cookies, bytes no act names yet), never the ledger.
    WorkingState,
    /// Open to everybody; writes nothing.
    Public,
}

impl RouteKind {
    /// Its word in the matrix of routes.
    pub const fn as_str(self) -> &'static str {
        match self {
            RouteKind::Page => "page",
            RouteKind::Act => "act",
            RouteKind::Question => "question",
            RouteKind::WorkingState => "working state",
            RouteKind::Public => "public",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Where the room begins: empty, or `/api/v1`.
    pub under: &'static str,
    path: &'static str,
    pub kind: RouteKind,
}

impl Route {
    /// The whole path, with its places in braces.
    pub fn path(&self) -> String {
        format!("{}{}", self.under, self.path)
    }
}

/// A router with its table.
#[derive(Default)]
pub struct Routes {
    router: Router<State>,
    table: Vec<Route>,
}

impl Routes {
    /// No route yet.
    pub fn new() -> Routes {
        Routes::default()
    }
    /// Something to read, for people who signed in.
    #[must_use]
    pub fn page<H: Handler<T, State>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.route(RouteKind::Page, "GET", path, routing::get(handler))
    }
    /// Something to read, for everybody.
    #[must_use]
    pub fn public<H: Handler<T, State>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.route(RouteKind::Public, "GET", path, routing::get(handler))
    }
    /// A form or body that does an act.
    #[must_use]
    pub fn act<H: Handler<T, State>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.route(RouteKind::Act, "POST", path, routing::post(handler))
    }
    /// A body that asks.
    #[must_use]
    pub fn question<H: Handler<T, State>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.route(RouteKind::Question, "POST", path, routing::post(handler))
    }
    /// A form or body that changes working state.
    #[must_use]
    pub fn working_state<H: Handler<T, State>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.route(RouteKind::WorkingState, "POST", path, routing::post(handler))
    }
    /// A route with layers of its own, or another method.
    #[must_use]
    pub fn route(
        mut self,
        kind: RouteKind,
        method: &'static str,
        path: &'static str,
        handler: MethodRouter<State>,
    ) -> Routes {
        self.table.push(Route { method, under: "", path, kind });
        Routes { router: self.router.route(path, handler), table: self.table }
    }
    /// Another room's routes beside these.
    #[must_use]
    pub fn merge(mut self, other: Routes) -> Routes {
        self.table.extend(other.table);
        Routes { router: self.router.merge(other.router), table: self.table }
    }
    /// Another room's routes under a prefix.
    #[must_use]
    pub fn nest(mut self, under: &'static str, other: Routes) -> Routes {
        self.table.extend(other.table.into_iter().map(|r| Route { under, ..r }));
        Routes { router: self.router.nest(under, other.router), table: self.table }
    }
    /// Puts layers or a fallback around the router; the table stays.
    #[must_use]
    pub fn around(self, dress: impl FnOnce(Router<State>) -> Router<State>) -> Routes {
        Routes { router: dress(self.router), table: self.table }
    }
    /// Every route, in the order of the rooms.
    pub fn table(&self) -> &[Route] {
        &self.table
    }
    /// The router.
    pub fn into_router(self) -> Router<State> {
        self.router
    }
}
