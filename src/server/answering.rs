//! An answer's body, which keeps its connection busy until it has been sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::connections::UnderWay;

/// The body and the request that it answers. Dropped by the HTTP server behind its last byte.
pub struct Answering {
    body: BoxBody,
    _under_way: Option<UnderWay>,
}

impl Answering {
    pub fn new(body: BoxBody, under_way: Option<UnderWay>) -> Self {
        Self {
            body,
            _under_way: under_way,
        }
    }
}

impl MessageBody for Answering {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
