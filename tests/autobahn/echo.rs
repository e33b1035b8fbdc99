//! Echoes every message: the gateway's WebSocket layer without its protocol, for the Autobahn testsuite.
//! `tests/autobahn/run` starts it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, web};
use actix_web_actors::HttpContext;
use quillgate::http::error::ApiError;
use quillgate::http::serving::{Listener, Serving, listen};
use quillgate::session::websocket::{
    self, Allowance, Incoming, Limits, Message, Violation, outgoing,
};

struct Echo(Option<web::Payload>);

impl Actor for Echo {
    type Context = HttpContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let limits = Limits {
            // The largest message of the cases is one of 16 MiB.
            message_max: 16 << 20,
            frames_per_second: 0,
            binary: true,
        };
        if let Some(payload) = self.0.take() {
            ctx.add_stream(Incoming::new(payload, limits, Allowance::default()));
        }
    }
}

impl StreamHandler<Result<Message, Violation>> for Echo {
    fn handle(&mut self, message: Result<Message, Violation>, ctx: &mut Self::Context) {
        match message {
            Ok(Message::Text(text)) => ctx.write(outgoing::text(&text)),
            Ok(Message::Binary(data)) => ctx.write(outgoing::binary(&data)),
            Ok(Message::Ping(data)) => ctx.write(outgoing::pong(&data)),
            Ok(Message::Pong) => {}
            Ok(Message::Close(code)) => {
                ctx.write(outgoing::close(code, ""));
                ctx.stop();
            }
            Err(Violation { code, reason }) => {
                ctx.write(outgoing::close(Some(code), reason));
                ctx.stop();
            }
        }
    }
}

async fn echo(req: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    websocket::upgrade(&req, &[], Echo(Some(payload)))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("ws://{}", listener.local_addr()?);
    let time = Duration::from_secs(5);
    let serving = Serving {
        header_timeout: time,
        keep_alive: time,
        linger: time,
        on_connect: Arc::new(|_, _| {}),
    };
    let app = || App::new().default_service(web::to(echo));
    let listener = Listener::Tcp(listener);
    listen(Server::build().workers(1), listener, serving, app)?
        .run()
        .await
}
