//! Signing in at a real Exim, which lets only those in who show the right password.

use super::{Post, answer, login};
use crate::support::exim::Exim;

#[tokio::test]
async fn every_way_in_is_taken_and_the_server_knows_who_it_is() {
    let Some(exim) = Exim::start() else { return };
    let post = Post::new();
    let (port, ports) = (exim.port, exim.ports);
    let urls = [
        format!("smtp+starttls://127.0.0.1:{port}"),
        format!("smtps://localhost:{}", ports.tls),
        format!("smtp+starttls://127.0.0.1:{}", ports.login),
        format!("smtp+starttls://127.0.0.1:{}", ports.cram),
    ];
    // The umlaut is in anna's password.
    let people = [login("ralf", "secret-ralf"), login("anna", "sécret-anna")];
    let mut expected = Vec::new();
    for url in &urls {
        for (login, mails) in people.iter().zip([2, 1]) {
            for _ in 0..mails {
                let sent = post.send(url, Some(login), "members@example.com").await;
                sent.unwrap();
                expected.push(login.user.clone());
            }
        }
    }
    exim.sink
        .seen_soon(|seen| seen.mails.len() == expected.len())
        .await;
    let mut found = Vec::new();
    let mut connections = Vec::new();
    for mail in exim.sink.mails() {
        let text = mail.text();
        assert!(text.contains("with esmtpsa "), "{text}");
        let after = |name: &str| {
            let value = text.split(name).nth(1).unwrap();
            value.lines().next().unwrap().to_owned()
        };
        found.push(after("X-Signed-In: "));
        connections.push((after("X-From-Port: "), after("X-Signed-In: ")));
    }
    connections.sort();
    connections.dedup();
    // ralf's two mails in a row went over one connection, and nobody used another's.
    assert_eq!(connections.len(), 2 * urls.len());
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_wrong_login_is_500_in_exim_s_words_and_never_falls_back() {
    let Some(exim) = Exim::start() else { return };
    let post = Post::new();
    for (port, user, password) in [
        (exim.port, "ralf", "Wrong-Password"),
        (exim.port, "nobody", "secret-ralf"),
        (exim.ports.login, "ralf", "secret-ralf "),
        (exim.ports.cram, "ralf", "Wrong-Password"),
    ] {
        let url = format!("smtp+starttls://127.0.0.1:{port}");
        let login = login(user, password);
        let error = post.send(&url, Some(&login), "a@example.com").await;
        let body = answer(error.unwrap_err());
        let words = "535 Incorrect authentication data";
        assert_eq!(body["message"], words, "{user}");
        assert_eq!(body["details"]["smtp"]["response"], words);
        assert_eq!(body["details"]["smtp"]["code"], 535);
        assert_eq!(post.spooled().len(), 0);
    }
    // In clear text Exim does not offer it, and nothing is sent without it.
    let url = format!("smtp://127.0.0.1:{}", exim.port);
    let right = login("ralf", "secret-ralf");
    let error = post.send(&url, Some(&right), "a@example.com").await;
    let body = answer(error.unwrap_err());
    assert_eq!(body["message"], "SMTP Server not reachable");
    assert_eq!(
        body["details"]["reason"],
        "the account has a login, but the server does not offer to sign in (AUTH)"
    );
    // Without a login Exim says what it wants.
    let url = format!("smtp+starttls://127.0.0.1:{}", exim.port);
    let error = post.send(&url, None, "members@example.com").await;
    let words = "550 5.7.1 Only for those who have signed in";
    assert_eq!(answer(error.unwrap_err())["message"], words);
    assert_eq!(exim.sink.mails().len(), 0);
}
