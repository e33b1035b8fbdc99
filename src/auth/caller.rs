//! Who calls, and the types by which a handler says who may.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::directory::User;
use super::scope::{Scope, Scopes};
use super::{Auth, token, web_session};
use crate::http::body::TypeRule;
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::ids::TokenId;
use crate::net::login::Password;
use crate::store::time;

/// What somebody showed to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Login and password with the request.
    Password,
    /// A token in place of the password.
    Token { id: TokenId, remark: String },
    /// The web client's cookie.
    WebSession { id: String },
}

/// Somebody who was let in.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: Arc<User>,
    pub credential: Credential,
    /// When the credential ends by itself, in milliseconds since 1970.
    pub until: Option<i64>,
    /// That of the request, with [`Credential::Password`].
    pub(super) password: Option<Password>,
    scopes: Scopes,
}

impl Caller {
    /// Somebody who signed in with a password.
    #[cfg(test)]
    pub fn of_test(id: crate::ids::UserId) -> Self {
        Self {
            user: Arc::new(User {
                id,
                login: format!("user{id}"),
                name: String::new(),
                email: String::new(),
                admin: false,
                timezone: None,
                password_hash: None,
            }),
            credential: Credential::Password,
            until: None,
            password: None,
            scopes: Scopes::ALL,
        }
    }

    /// Names the credential for limits and ownership: a password and the web client are both the user's own self.
    pub fn key(&self) -> String {
        match &self.credential {
            Credential::Password | Credential::WebSession { .. } => {
                format!("user:{}", self.user.id)
            }
            Credential::Token { id, .. } => format!("token:{id}"),
        }
    }

    /// Who opened a window, as the window shows it.
    pub fn by(&self) -> Value {
        match &self.credential {
            Credential::Password | Credential::WebSession { .. } => {
                json!({"kind": "user", "id": self.user.id, "login": self.user.login})
            }
            Credential::Token { id, remark } => {
                json!({"kind": "token", "id": id, "remark": remark})
            }
        }
    }

    /// Whether the credential has a scope. A password and the web client have all of them.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.has(scope)
    }

    /// Whether a JSON body of theirs must say that it is one.
    pub fn type_rule(&self) -> TypeRule {
        match self.credential {
            Credential::WebSession { .. } => TypeRule::Json,
            Credential::Password | Credential::Token { .. } => TypeRule::Any,
        }
    }

    /// The web session that it is, with the web client's cookie.
    pub fn web_session(&self) -> Option<&str> {
        match &self.credential {
            Credential::WebSession { id } => Some(id),
            Credential::Password | Credential::Token { .. } => None,
        }
    }

    /// Administrator rights, which a token never carries.
    pub fn is_admin(&self) -> bool {
        self.user.admin && !matches!(self.credential, Credential::Token { .. })
    }
}

/// Why somebody was not let in.
#[derive(Debug)]
pub enum Refused {
    /// No credentials at all.
    Missing,
    /// A cookie that is unknown, ended, or does not belong to an active user.
    Cookie,
    /// Wrong login, password or token.
    Wrong,
    /// Anything else: limits, trouble with the database.
    Other(ApiError),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<crate::store::StoreError> for Refused {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl Auth {
    /// Finds out who calls: `Authorization` first, the cookie when there is none.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn authenticate(&self, req: &HttpRequest) -> Result<Caller, Refused> {
        let Some(header) = req.headers().get(AUTHORIZATION) else {
            return match web_session::from_request(req) {
                Some((id, secret)) => self.by_cookie(&id, &secret).await,
                None if req.cookie(web_session::COOKIE).is_some() => Err(Refused::Cookie),
                None => Err(Refused::Missing),
            };
        };
        let (login, password) = basic(header.as_bytes()).ok_or(Refused::Wrong)?;
        match token::parse(&password) {
            Some((id, secret)) => self.by_token(&login, id, secret).await,
            None => {
                let password = Password::new(password);
                let user = self
                    .by_password(&login, &password, Client::of(req).ip)
                    .await?;
                Ok(Caller {
                    user,
                    credential: Credential::Password,
                    until: None,
                    password: Some(password),
                    scopes: Scopes::ALL,
                })
            }
        }
    }

    async fn by_cookie(&self, id: &str, secret: &str) -> Result<Caller, Refused> {
        let session = self
            .directory
            .web_session(id)
            .await?
            .ok_or(Refused::Cookie)?;
        if !web_session::is_valid(&session, secret) {
            return Err(Refused::Cookie);
        }
        let user = self
            .directory
            .user(session.user)
            .await?
            .ok_or(Refused::Cookie)?;
        self.directory.session_used(&session);
        Ok(Caller {
            user,
            credential: Credential::WebSession {
                id: session.id.clone(),
            },
            until: Some(session.expires),
            password: None,
            scopes: Scopes::ALL,
        })
    }

    async fn by_token(&self, login: &str, id: TokenId, secret: &str) -> Result<Caller, Refused> {
        let token = self.directory.token(id).await?.ok_or(Refused::Wrong)?;
        let ended = token.until.is_some_and(|until| until <= time::now());
        if !token::matches(secret, &token.secret_hash) || token.revoked || ended {
            return Err(Refused::Wrong);
        }
        let user = self.directory.login(login).await?.ok_or(Refused::Wrong)?;
        if token.user.is_some_and(|owner| owner != user.id) {
            return Err(Refused::Wrong);
        }
        self.directory.used(id);
        Ok(Caller {
            user,
            credential: Credential::Token {
                id,
                remark: token.remark.clone(),
            },
            until: token.until,
            password: None,
            scopes: token.scopes,
        })
    }

    /// Checks a login and its password; failures are limited, a password that was right a moment ago passes at once.
    ///
    /// # Errors
    /// [`Refused::Wrong`], or 429 and 503 in [`Refused::Other`].
    pub(super) async fn by_password(
        &self,
        login: &str,
        password: &Password,
        address: Option<std::net::IpAddr>,
    ) -> Result<Arc<User>, Refused> {
        let fingerprint = self.passwords.fingerprint(login, password.reveal());
        if let Some(user) = self.remembered(&fingerprint).await? {
            return Ok(user);
        }
        let check = async {
            if let Some(user) = self.remembered(&fingerprint).await? {
                return Ok(user);
            }
            let attempt = self.throttle.attempt(login, address)?;
            let stamp = self.passwords.stamp();
            let user = match self.verify(login, password).await {
                Ok(Some(user)) => user,
                Ok(None) => return Err(Refused::Wrong),
                Err(trouble) => {
                    attempt.not_failed();
                    return Err(trouble);
                }
            };
            attempt.not_failed();
            self.passwords.remember(stamp, fingerprint, user.id);
            self.vault.put_for_a_while(user.id, password);
            Ok(user)
        };
        self.passwords.one_at_a_time(fingerprint, check).await
    }

    /// Whose password it is: a user's who has one here, else somebody's whose mailbox it opens.
    async fn verify(&self, login: &str, password: &Password) -> Result<Option<Arc<User>>, Refused> {
        let user = self.directory.login(login).await?;
        let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
        if let (None, Some(elsewhere)) = (stored, &self.elsewhere) {
            return match elsewhere.check(login, password).await? {
                Some(id) => Ok(self.directory.user(id).await?),
                None => Ok(None),
            };
        }
        let right = self.passwords.verify(password.reveal(), stored).await?;
        Ok(user.filter(|_| right))
    }

    async fn remembered(
        &self,
        fingerprint: &super::password::Fingerprint,
    ) -> Result<Option<Arc<User>>, Refused> {
        match self.passwords.remembered(fingerprint) {
            Some(id) => Ok(self.directory.user(id).await?),
            None => Ok(None),
        }
    }

    /// Whether what let somebody in a moment ago still would.
    pub async fn is_current(&self, caller: &Caller) -> bool {
        let user = match self.directory.user(caller.user.id).await {
            Ok(Some(user)) => user,
            _ => return false,
        };
        match &caller.credential {
            Credential::Password => user.password_hash == caller.user.password_hash,
            Credential::Token { id, .. } => {
                let token = self.directory.token(*id).await;
                matches!(token, Ok(Some(token)) if !token.revoked)
            }
            Credential::WebSession { id } => {
                matches!(self.directory.web_session(id).await, Ok(Some(_)))
            }
        }
    }

    /// The answer to somebody who was not let in.
    pub fn refusal(&self, req: &HttpRequest, refused: Refused) -> ApiError {
        // The web client's script shows its own form; a challenge would open the browser's dialog over it.
        let scripted = req.headers().contains_key("x-requested-with");
        let realm = (!scripted).then_some(self.settings.realm.as_str());
        match refused {
            Refused::Missing => ApiError::unauthorized("Authentication required", realm),
            Refused::Cookie => ApiError::unauthorized("Signed out, please sign in again", realm),
            Refused::Wrong => ApiError::unauthorized("Wrong login or password", realm),
            Refused::Other(error) => error,
        }
    }
}

/// The name and the password in an `Authorization` header of the kind `Basic` (RFC 7617).
pub fn basic(header: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (login, password) = decoded.split_once(':')?;
    Some((login.to_owned(), password.to_owned()))
}

/// The `<login>` of a path `/<login>/mail…`, put aside before routing.
#[derive(Clone, Debug)]
pub struct UserPrefix(pub String);

/// What a credential must be allowed to do, as a type for [`May`].
pub trait Right: 'static {
    /// The REST API itself is needed too (every `/mail…` route).
    const GROUPDAV: bool;
    /// Any one of these is enough.
    const ANY_OF: &'static [Scope];
    /// Whether a token can have it at all.
    const TOKENS: bool = true;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident: $groupdav:literal, $any_of:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Right for $name {
            const GROUPDAV: bool = $groupdav;
            const ANY_OF: &'static [Scope] = $any_of;
        }
    )*};
}

rights! {
    /// See one's identities.
    ListIdentities: true, &[Scope::Mail];
    /// Send mail.
    SendMail: true, &[Scope::Send];
    /// Open a compose window.
    OpenCompose: true, &[Scope::Compose];
    /// See what became of a compose.
    FollowCompose: true, &[Scope::Compose, Scope::Session];
    /// Fetch what a compose window is filled with.
    FetchPayload: true, &[Scope::Session];
    /// Store and remove uploads.
    Upload: true, &[Scope::Upload];
    /// Read uploads: who stored them, and the page that shows them in a window.
    ReadUpload: true, &[Scope::Upload, Scope::Session];
    /// Read and change one's files.
    UseFiles: false, &[Scope::Files];
    /// See, change and end the shares that one's mails made.
    ManageShares: true, &[Scope::Send];
    /// Hold a WebSocket session, read presence.
    HoldSession: false, &[Scope::Session];
}

/// See and change what belongs to the user and not to a program that acts for them: devices, tokens, the password.
#[derive(Debug)]
pub enum ManageOwn {}

impl Right for ManageOwn {
    const GROUPDAV: bool = false;
    const ANY_OF: &'static [Scope] = &[];
    const TOKENS: bool = false;
}

/// The answer to a token without a scope that it needs.
pub fn lacks(scope: Scope) -> ApiError {
    ApiError::forbidden(format!("The token lacks the scope '{scope}'"))
        .detail("scope", scope.to_string())
}

/// A caller with the right `R`, extracted from the request: a handler without one in its signature is open to all.
#[derive(Debug)]
pub struct May<R> {
    caller: Caller,
    right: PhantomData<R>,
}

impl<R> Deref for May<R> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<R: Right> May<R> {
    /// The caller, where the right has been made use of, to be kept: without the password.
    pub fn into_inner(self) -> Caller {
        Caller {
            password: None,
            ..self.caller
        }
    }

    /// Checks the right of somebody who was let in.
    ///
    /// # Errors
    /// 403 naming the scope that is missing.
    pub fn check(caller: Caller) -> Result<Self, ApiError> {
        if !R::TOKENS && matches!(caller.credential, Credential::Token { .. }) {
            return Err(ApiError::forbidden(
                "A token cannot be used here: sign in with the password",
            ));
        }
        let missing = if R::GROUPDAV && !caller.has(Scope::Groupdav) {
            Some(Scope::Groupdav)
        } else if !R::TOKENS || R::ANY_OF.iter().any(|scope| caller.has(*scope)) {
            None
        } else {
            let first = R::ANY_OF.first().copied();
            first
                .filter(|scope| caller.has(Scope::Mail) || *scope == Scope::Files)
                .or(Some(Scope::Mail))
        };
        match missing {
            Some(scope) => Err(lacks(scope)),
            None => Ok(Self {
                caller,
                right: PhantomData,
            }),
        }
    }
}

impl<R: Right> FromRequest for May<R> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let auth = req
                .app_data::<web::Data<Auth>>()
                .ok_or_else(|| ApiError::internal("no authentication configured"))?;
            let caller = auth
                .authenticate(&req)
                .await
                .map_err(|refused| auth.refusal(&req, refused))?;
            let foreign = req
                .extensions()
                .get::<UserPrefix>()
                .is_some_and(|prefix| prefix.0 != caller.user.login);
            if foreign {
                return Err(ApiError::forbidden(
                    "/mail is NOT available for users other than the one you authenticated!",
                ));
            }
            Self::check(caller)
        })
    }
}
