//! `/egroupware/share.php/<token>[/<path>]`.

use actix_web::http::header::{LOCATION, RANGE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};

use super::asked::Asked;
use super::cap;
use super::html::{self, Site};
use super::refused::Refused;
use super::{Found, SharePage, Thing, headers};
use crate::files::listing;
use crate::http::accept;
use crate::http::body::{self, Size};
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::file;
use crate::http::public_url::PublicUrl;
use crate::http::share_host::ShareHost;

/// Bytes of the form with the password.
const FORM: Size = Size {
    most: 4096,
    limit: None,
};

/// What every handler has.
struct Visit<'a> {
    req: &'a HttpRequest,
    asked: &'a Asked,
    page: &'a SharePage,
    public_url: &'a PublicUrl,
}

/// `GET` and `HEAD`: a page for browsers, bytes for tools. `?download` is always the bytes, `?preview` a picture.
pub async fn get(
    req: HttpRequest,
    page: web::Data<SharePage>,
    public_url: web::Data<PublicUrl>,
    share_host: web::Data<ShareHost>,
) -> HttpResponse {
    if is_browser(&req) && share_host.is_separate() && !share_host.is_asked(&Client::of(&req)) {
        return headers::finish(elsewhere(&req, &public_url));
    }
    answer(&req, &page, &public_url, async |visit| visit.show().await).await
}

/// `POST` of the form with the password: 303 back, with a cookie.
pub async fn post(
    req: HttpRequest,
    payload: web::Payload,
    page: web::Data<SharePage>,
    public_url: web::Data<PublicUrl>,
) -> HttpResponse {
    let sign_in = async |visit: Visit<'_>| visit.sign_in(payload).await;
    answer(&req, &page, &public_url, sign_in).await
}

/// `PUT`: replaces the file, or what the path names in the folder.
pub async fn put(
    req: HttpRequest,
    payload: web::Payload,
    page: web::Data<SharePage>,
    public_url: web::Data<PublicUrl>,
) -> HttpResponse {
    let write = async |visit: Visit<'_>| {
        let found = visit.enter().await?;
        let page = visit.page;
        page.write(&found, (visit.asked, visit.req), payload).await
    };
    answer(&req, &page, &public_url, write).await
}

/// `DELETE` of something in a folder.
pub async fn delete(
    req: HttpRequest,
    page: web::Data<SharePage>,
    public_url: web::Data<PublicUrl>,
) -> HttpResponse {
    let remove = async |visit: Visit<'_>| {
        let found = visit.enter().await?;
        visit.page.remove(&found, (visit.asked, visit.req)).await
    };
    answer(&req, &page, &public_url, remove).await
}

async fn answer(
    req: &HttpRequest,
    page: &SharePage,
    public_url: &PublicUrl,
    handle: impl AsyncFnOnce(Visit<'_>) -> Result<HttpResponse, Refused>,
) -> HttpResponse {
    let Some(asked) = Asked::of(req) else {
        let error = ApiError::not_found("There is nothing at this path");
        return headers::finish(error.error_response());
    };
    // Before anything is looked up: neither a form nor a browser's dialog is part of a page either.
    if file::is_for_a_page(req) {
        return headers::finish(ApiError::forbidden(file::NO_PART).error_response());
    }
    let visit = Visit {
        req,
        asked: &asked,
        page,
        public_url,
    };
    let answered = handle(visit).await;
    let response = answered.unwrap_or_else(|refused| {
        let site = Site::of(req, public_url, &asked);
        if is_browser(req) {
            refused_page(&site, &asked, refused)
        } else {
            refused_tool(req, &asked, refused)
        }
    });
    headers::finish(response)
}

impl Visit<'_> {
    async fn show(&self) -> Result<HttpResponse, Refused> {
        let found = self.enter().await?;
        if accept::asks_for(self.req, "preview") && !cap::is_used_up(&found.share) {
            return self.page.picture(found, self.req).await;
        }
        let as_page = is_browser(self.req) && !accept::asks_for(self.req, "download");
        match &found.thing {
            Thing::Missing => Err(Refused::Gone),
            _ if as_page && !cap::is_used_up(&found.share) => self.show_page(found).await,
            Thing::Folder(folder) if !as_page && !cap::is_used_up(&found.share) => {
                let pages = self.page.pages(folder).await?;
                self.page.accesses.opened(&found.share.token);
                Ok(listing::answer(self.req, pages))
            }
            Thing::Copy(_) | Thing::File(..) if !as_page => {
                self.page.download(found, self.req).await
            }
            _ => Err(Refused::Gone),
        }
    }

    /// The share, for somebody who may see it.
    async fn enter(&self) -> Result<Found, Refused> {
        let found = self.page.find(self.asked, self.req).await?;
        // One that is used up is gone, but for those who go on with a download.
        let goes_on = *self.req.method() == Method::GET && self.req.headers().contains_key(RANGE);
        if cap::is_used_up(&found.share) && !goes_on {
            return Err(Refused::Gone);
        }
        self.page.check_password(&found.share, self.req).await?;
        Ok(found)
    }

    async fn show_page(&self, found: Found) -> Result<HttpResponse, Refused> {
        let site = Site::of(self.req, self.public_url, self.asked);
        let shown = html::share(self.page, &site, &found).await?;
        self.page.accesses.opened(&found.share.token);
        Ok(site.answer(StatusCode::OK, &shown))
    }

    async fn sign_in(&self, payload: web::Payload) -> Result<HttpResponse, Refused> {
        let found = self.page.find(self.asked, self.req).await?;
        if cap::is_used_up(&found.share) {
            return Err(Refused::Gone);
        }
        let kind = self.req.content_type();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let message = "Content-Type must be application/x-www-form-urlencoded";
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into());
        }
        let form = body::read(self.req, payload, FORM, None).await?;
        let mut fields = form_urlencoded::parse(&form);
        let password = fields.find(|(name, _)| name == "password");
        let password = password.map(|(_, value)| value.into_owned());
        let https = self.public_url.is_https(&Client::of(self.req));
        let typed = (self.asked, self.req, https);
        let password = password.unwrap_or_default();
        let cookie = self.page.typed(&found.share, &password, typed).await?;
        let mut response = HttpResponse::SeeOther();
        response.insert_header((LOCATION, self.req.uri().path()));
        if let Some(cookie) = cookie {
            response.cookie(cookie);
        }
        Ok(response.finish())
    }
}

/// Whoever asks for a page by name.
fn is_browser(req: &HttpRequest) -> bool {
    accept::names(req, "text/html")
}

/// To the same share on the host of shares.
fn elsewhere(req: &HttpRequest, public_url: &PublicUrl) -> HttpResponse {
    let path = req.uri().path_and_query().map_or("/", |path| path.as_str());
    let origin = public_url.share_origin(&Client::of(req));
    HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, format!("{origin}{path}")))
        .finish()
}

fn refused_tool(req: &HttpRequest, asked: &Asked, refused: Refused) -> HttpResponse {
    match refused {
        Refused::Gone => asked.gone(),
        Refused::Password { .. } => {
            // A challenge would open a browser's own dialog over whatever page asks.
            let has = |name| req.headers().contains_key(name);
            let from_a_page = has("x-requested-with") || has("sec-fetch-mode");
            let realm = format!("EGroupware share {}", asked.look_up());
            let realm = (!from_a_page).then_some(realm.as_str());
            ApiError::unauthorized("This share needs a password", realm)
        }
        Refused::Later(error) | Refused::Other(error) => error,
    }
    .error_response()
}

fn refused_page(site: &Site, asked: &Asked, refused: Refused) -> HttpResponse {
    let words = site.words;
    let (error, page) = match refused {
        Refused::Gone => (asked.gone(), html::gone(site, asked)),
        Refused::Password { wrong: false } => {
            return site.answer(StatusCode::OK, &html::password(site, None));
        }
        Refused::Password { wrong: true } => {
            let error = ApiError::unauthorized("The password is wrong", None);
            (
                error,
                html::password(site, Some(words.wrong_password.to_owned())),
            )
        }
        Refused::Later(error) => {
            let problem = match error.status() {
                StatusCode::TOO_MANY_REQUESTS => words.too_often(error.retry_after()),
                _ => words.busy.to_owned(),
            };
            (error, html::password(site, Some(problem)))
        }
        Refused::Other(error) => {
            let page = html::problem(site, &error);
            (error, page)
        }
    };
    site.instead_of(error.error_response(), &page)
}
