//! `GET /presence`: who is online, as far as the caller may see.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::roster::View;
use super::{PresenceSettings, Roster, clock};
use crate::auth::May;
use crate::auth::caller::HoldSession;
use crate::http::answer::pretty;
use crate::store::time::rfc3339;

/// `GET /presence`.
pub async fn list(
    caller: May<HoldSession>,
    roster: web::Data<Roster>,
    settings: web::Data<PresenceSettings>,
) -> HttpResponse {
    let own = roster.view(caller.user.id);
    let mut users = vec![entry(caller.user.id.0, &caller.user.login, &own)];
    if settings.everyone_visible || caller.is_admin() {
        let others = roster.online();
        users.extend(others.iter().filter_map(|view| {
            let user = &view.sessions.first()?.user;
            (user.id != caller.user.id).then(|| entry(user.id.0, &user.login, view))
        }));
    }
    users.sort_by_key(|user| user["id"].as_i64());
    pretty(&mut HttpResponse::Ok(), &json!({"users": users}))
}

fn entry(id: i32, login: &str, view: &View) -> Value {
    let last_active = view
        .sessions
        .iter()
        .map(|session| session.last_active())
        .max();
    json!({
        "id": id,
        "login": login,
        "online": !view.sessions.is_empty(),
        "sessions": view.sessions.len(),
        "lastActive": last_active.map(|at| rfc3339(clock::wall(at))),
    })
}
