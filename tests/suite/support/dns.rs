//! A DNS server that knows a few records and says of all else that it does not exist.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread::JoinHandle;

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, MX, SRV, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record};

pub struct Dns {
    pub address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

pub fn srv(name: &str, priority: u16, port: u16, host: &str) -> (String, RData) {
    (
        name.to_owned(),
        RData::SRV(SRV::new(priority, 0, port, absolute(host))),
    )
}

pub fn a(name: &str, address: Ipv4Addr) -> (String, RData) {
    (name.to_owned(), RData::A(A(address)))
}

pub fn mx(name: &str, host: &str) -> (String, RData) {
    (name.to_owned(), RData::MX(MX::new(10, absolute(host))))
}

pub fn txt(name: &str, text: &str) -> (String, RData) {
    (name.to_owned(), RData::TXT(TXT::new(vec![text.to_owned()])))
}

fn absolute(name: &str) -> Name {
    let mut name = Name::from_ascii(name).unwrap();
    name.set_fqdn(true);
    name
}

impl Dns {
    pub fn start(zone: Vec<(String, RData)>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let zone: Vec<_> = zone
            .into_iter()
            .map(|(name, data)| Record::from_rdata(absolute(&name), 60, data))
            .collect();
        let server = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length @ 1.., from)) = socket.recv_from(&mut buffer) {
                let question = Message::from_vec(&buffer[..length]).unwrap();
                let answer = answer(&zone, &question).to_vec().unwrap();
                socket.send_to(&answer, from).unwrap();
            }
        });
        Self {
            address,
            server: Some(server),
        }
    }

    /// As `--dns` takes it.
    pub fn flag(&self) -> String {
        self.address.to_string()
    }
}

fn answer(zone: &[Record], question: &Message) -> Message {
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.recursion_available = true;
    answer.add_queries(question.queries.clone());
    let asked = &question.queries[0];
    let named: Vec<_> = zone
        .iter()
        .filter(|record| record.name == asked.name)
        .collect();
    if named.is_empty() {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    let right = named
        .into_iter()
        .filter(|record| record.record_type() == asked.query_type);
    answer.add_answers(right.cloned());
    answer
}

impl Drop for Dns {
    fn drop(&mut self) {
        // An empty datagram ends it.
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let _ = socket.send_to(&[], self.address);
        let _ = self.server.take().unwrap().join();
    }
}
