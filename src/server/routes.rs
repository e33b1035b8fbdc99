//! Every URL of the gateway in one table.

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard};
use serde_json::json;

use super::{assets, demo};
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::{attachments, auth, compose, files, identities, outbound};
use crate::{presence, push, session, shares};

/// A method and what makes its route: a route itself cannot be a constant.
type Answer = (Method, fn() -> Route);

/// One path of the gateway, below the base path and at the root.
pub struct Url {
    /// As `actix_web` writes patterns: `/mail/{identity:[0-9]+}`.
    pub path: &'static str,
    answers: &'static [Answer],
}

impl Url {
    /// The methods that it answers. `HEAD` comes with `GET`.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        self.answers.iter().flat_map(|(method, _)| {
            let head = (*method == Method::GET).then_some("HEAD");
            std::iter::once(method.as_str()).chain(head)
        })
    }
}

/// Every path.
pub static URLS: &[Url] = &[
    Url {
        path: "/",
        answers: &[(Method::GET, || web::to(assets::index))],
    },
    Url {
        path: "/static/{path:.+}",
        answers: &[(Method::GET, || web::to(assets::file))],
    },
    Url {
        path: "/sw.js",
        answers: &[(Method::GET, || web::to(assets::worker))],
    },
    Url {
        path: "/healthz",
        answers: &[(Method::GET, || web::to(healthz))],
    },
    Url {
        path: "/login",
        answers: &[(Method::POST, || web::to(auth::routes::login))],
    },
    Url {
        path: "/logout",
        answers: &[(Method::POST, || web::to(auth::routes::logout))],
    },
    Url {
        path: "/ws",
        answers: &[(Method::GET, || web::to(session::routes::connect))],
    },
    Url {
        path: "/presence",
        answers: &[(Method::GET, || web::to(presence::routes::list))],
    },
    Url {
        path: "/me/push",
        answers: &[
            (Method::GET, || web::to(push::routes::list)),
            (Method::POST, || web::to(push::routes::add)),
        ],
    },
    Url {
        path: "/me/push/{id}",
        answers: &[(Method::DELETE, || web::to(push::routes::remove))],
    },
    Url {
        path: "/mail",
        answers: &[
            (Method::GET, || web::to(identities::routes::list)),
            (Method::POST, || web::to(outbound::routes::send)),
        ],
    },
    Url {
        path: "/mail/compose",
        answers: &[(Method::POST, || web::to(compose::routes::open))],
    },
    Url {
        path: "/mail/compose/{id}",
        answers: &[(Method::GET, || web::to(compose::routes::follow))],
    },
    Url {
        path: "/mail/compose/{id}/payload",
        answers: &[(Method::GET, || web::to(compose::routes::payload))],
    },
    Url {
        path: "/mail/attachments",
        answers: &[(Method::POST, || web::to(attachments::routes::upload))],
    },
    Url {
        path: "/mail/attachments/{name:.*}",
        answers: &[
            (Method::GET, || web::to(attachments::routes::download)),
            (Method::POST, || web::to(attachments::routes::upload)),
            (Method::DELETE, || web::to(attachments::routes::delete)),
        ],
    },
    Url {
        path: "/mail/attachment/{name:[^/]+}",
        answers: &[
            (Method::GET, || web::to(attachments::routes::download)),
            (Method::DELETE, || web::to(attachments::routes::delete)),
        ],
    },
    Url {
        path: "/files",
        answers: &[(Method::GET, || web::to(files::routes::root))],
    },
    Url {
        path: "/files/home",
        answers: &[(Method::GET, || web::to(files::routes::homes))],
    },
    Url {
        path: "/files/home/{path:.+}",
        answers: &[
            (Method::GET, || web::to(files::routes::read)),
            (Method::PUT, || web::to(files::routes::write)),
            (Method::POST, || web::to(files::routes::change)),
            (Method::DELETE, || web::to(files::routes::remove)),
        ],
    },
    Url {
        path: "/mail/shares",
        answers: &[(Method::GET, || web::to(shares::routes::list))],
    },
    Url {
        path: "/mail/shares/{token}",
        answers: &[
            (Method::PATCH, || web::to(shares::routes::change)),
            (Method::DELETE, || web::to(shares::routes::revoke)),
        ],
    },
    Url {
        path: "/mail/{identity:[0-9]+}",
        answers: &[(Method::POST, || web::to(outbound::routes::send))],
    },
    Url {
        path: "/mail/{identity:[0-9]+}/compose",
        answers: &[(Method::POST, || web::to(compose::routes::open))],
    },
];

/// Those of the demo alone.
pub static DEMO_URLS: &[Url] = &[
    Url {
        path: "/demo/outbox",
        answers: &[(Method::GET, || web::to(demo::list))],
    },
    Url {
        path: "/demo/outbox/{name}",
        answers: &[(Method::GET, || web::to(demo::message))],
    },
];

/// Those of shares, which are at the root only and know no users.
pub static SHARE_URLS: &[Url] = &[Url {
    path: "/egroupware/share.php/{path:.+}",
    answers: &[
        (Method::GET, || web::to(shares::page::routes::get)),
        (Method::POST, || web::to(shares::page::routes::post)),
        (Method::PUT, || web::to(shares::page::routes::put)),
        (Method::DELETE, || web::to(shares::page::routes::delete)),
    ],
}];

/// Adds all routes. `with_demo`: those of the demo's outbox too.
pub fn add(config: &mut ServiceConfig, with_demo: bool) {
    let demo = if with_demo { DEMO_URLS } else { &[] };
    for url in URLS.iter().chain(SHARE_URLS).chain(demo) {
        config.service(resource(url));
    }
    config.default_service(web::to(unknown));
}

/// One path with its methods; any other method is told which there are.
fn resource(url: &Url) -> Resource {
    let mut resource = web::resource(url.path);
    for (method, answer) in url.answers {
        let route = answer();
        resource = resource.route(match *method {
            Method::GET => route.guard(guard::Any(guard::Get()).or(guard::Head())),
            _ => route.method(method.clone()),
        });
    }
    let allow = url.methods().collect::<Vec<_>>().join(", ");
    resource.default_service(web::to(move |req: HttpRequest| {
        let error = ApiError::method_not_allowed(req.method().as_str(), &allow);
        async move { Err::<HttpResponse, _>(error) }
    }))
}

async fn healthz() -> HttpResponse {
    pretty(
        &mut HttpResponse::Ok(),
        &json!({"status": 200, "message": "OK"}),
    )
}

async fn unknown() -> Result<HttpResponse, ApiError> {
    Err(ApiError::not_found("There is nothing at this path"))
}
