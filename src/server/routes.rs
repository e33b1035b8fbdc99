//! Every URL of the gateway in one table.

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard};
use serde_json::json;

use super::{assets, demo};
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::{attachments, auth, compose, identities, outbound, presence, session};

/// Adds all routes. `with_demo`: those of the demo's outbox too.
pub fn add(config: &mut ServiceConfig, with_demo: bool) {
    use Method as M;
    let mut route = |path: &str, methods: Vec<(Method, Route)>| {
        config.service(resource(path, methods));
    };
    route("/", vec![(M::GET, to().to(assets::index))]);
    route("/static/{path:.+}", vec![(M::GET, to().to(assets::file))]);
    route("/healthz", vec![(M::GET, to().to(healthz))]);
    route("/login", vec![(M::POST, to().to(auth::routes::login))]);
    route("/logout", vec![(M::POST, to().to(auth::routes::logout))]);
    route("/ws", vec![(M::GET, to().to(session::routes::connect))]);
    route("/presence", vec![(M::GET, to().to(presence::routes::list))]);
    route(
        "/mail",
        vec![(M::GET, to().to(identities::routes::list)), (M::POST, to().to(outbound::routes::send))],
    );
    route("/mail/compose", vec![(M::POST, to().to(compose::routes::open))]);
    route("/mail/compose/{id}", vec![(M::GET, to().to(compose::routes::follow))]);
    route("/mail/compose/{id}/payload", vec![(M::GET, to().to(compose::routes::payload))]);
    route("/mail/attachments", vec![(M::POST, to().to(attachments::routes::upload))]);
    route(
        "/mail/attachments/{name:.*}",
        vec![
            (M::GET, to().to(attachments::routes::download)),
            (M::POST, to().to(attachments::routes::upload)),
            (M::DELETE, to().to(attachments::routes::delete)),
        ],
    );
    route(
        "/mail/attachment/{name:[^/]+}",
        vec![
            (M::GET, to().to(attachments::routes::download)),
            (M::DELETE, to().to(attachments::routes::delete)),
        ],
    );
    route("/mail/{identity:[0-9]+}", vec![(M::POST, to().to(outbound::routes::send))]);
    route("/mail/{identity:[0-9]+}/compose", vec![(M::POST, to().to(compose::routes::open))]);
    if with_demo {
        route("/demo/outbox", vec![(M::GET, to().to(demo::list))]);
        route("/demo/outbox/{name}", vec![(M::GET, to().to(demo::message))]);
    }
    config.default_service(web::to(unknown));
}

fn to() -> Route {
    web::route()
}

/// One path with its methods; any other method is told which there are.
fn resource(path: &str, methods: Vec<(Method, Route)>) -> Resource {
    let mut names = Vec::new();
    let mut resource = web::resource(path.to_owned());
    for (method, route) in methods {
        names.push(method.as_str().to_owned());
        if method == Method::GET {
            names.push("HEAD".to_owned());
            resource = resource.route(route.guard(guard::Any(guard::Get()).or(guard::Head())));
        } else {
            resource = resource.route(route.method(method));
        }
    }
    let allow = names.join(", ");
    resource.default_service(web::to(move |req: HttpRequest| {
        let error = ApiError::method_not_allowed(req.method().as_str(), &allow);
        async move { Err::<HttpResponse, _>(error) }
    }))
}

async fn healthz() -> HttpResponse {
    pretty(&mut HttpResponse::Ok(), &json!({"status": 200, "message": "OK"}))
}

async fn unknown() -> Result<HttpResponse, ApiError> {
    Err(ApiError::not_found("There is nothing at this path"))
}
