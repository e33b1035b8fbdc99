//! The reference on the gateway's own HTTP stack: an address in a concurrent map, a frame into the actor's mailbox, 200.
//! No authentication, no registry, nobody confirms.

use std::net::Ipv4Addr;
use std::sync::Arc;

use actix::prelude::*;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws::{self, Message, ProtocolError, WebsocketContext};
use dashmap::DashMap;

use crate::Trouble;

type Sessions = DashMap<usize, Addr<Session>>;

struct Session {
    number: usize,
    sessions: Arc<Sessions>,
}

impl Actor for Session {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.sessions.insert(self.number, ctx.address());
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.sessions.remove(&self.number);
    }
}

#[derive(actix::Message)]
#[rtype(result = "()")]
struct Text(String);

impl Handler<Text> for Session {
    type Result = ();

    fn handle(&mut self, Text(text): Text, ctx: &mut Self::Context) {
        ctx.text(text);
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Session {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        match message {
            Ok(Message::Ping(data)) => ctx.pong(&data),
            Ok(Message::Close(_)) | Err(_) => ctx.stop(),
            Ok(_) => {}
        }
    }
}

async fn connect(
    req: HttpRequest,
    payload: web::Payload,
    number: web::Path<usize>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse, actix_web::Error> {
    let session = Session {
        number: *number,
        sessions: sessions.into_inner(),
    };
    ws::start(session, &req, payload)
}

async fn push(
    number: web::Path<usize>,
    body: String,
    sessions: web::Data<Sessions>,
) -> HttpResponse {
    let session = sessions.get(&number).map(|session| session.clone());
    match session.map(|session| session.try_send(Text(body))) {
        Some(Ok(())) => HttpResponse::Ok().finish(),
        _ => HttpResponse::NotFound().finish(),
    }
}

/// Serves until it is killed.
pub fn serve(port: u16) -> Result<(), Trouble> {
    let sessions = web::Data::new(Sessions::new());
    let server = move || {
        App::new()
            .app_data(sessions.clone())
            .route("/ws/{number}", web::get().to(connect))
            .route("/push/{number}", web::post().to(push))
    };
    System::new().block_on(async move {
        HttpServer::new(server)
            .bind((Ipv4Addr::LOCALHOST, port))?
            .run()
            .await
    })?;
    Ok(())
}
