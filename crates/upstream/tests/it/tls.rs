//! Certificates: a good one is needed, and a bad one learns nothing.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use chathub_upstream::{Address, Settings};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

use crate::support::{Fake, Front, settings};
use chathub_hub::pace::Peer;
use chathub_hub::ports::{Directory, PortError};

/// A listener that speaks TLS; who does not like its certificate never becomes a connection.
struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A remote with a certificate for `name` that is good until this year, and the authority's own as a file.
async fn remote(name: &str, until: i32) -> (Fake, tempfile::NamedTempFile) {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let fake = Fake::at(format!("https://localhost:{}", listener.local_addr().unwrap().port()));
    let (app, acceptor) = (fake.app(), TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move { axum::serve(TlsListener { listener, acceptor }, app).await });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    (fake, file)
}

async fn front(fake: &Fake, authority: Option<&tempfile::NamedTempFile>) -> Front {
    let authority = authority.map(|file| file.path().to_owned());
    Front::with(false, Settings { authority, ..settings(fake) }).await
}

#[tokio::test]
async fn a_good_certificate_of_a_trusted_authority_is_taken() {
    let (fake, authority) = remote("localhost", 2100).await;
    assert!(front(&fake, Some(&authority)).await.sign_in().await.is_some());
    assert!(!fake.calls().is_empty());
}

#[tokio::test]
async fn an_expired_a_strange_and_an_untrusted_one_are_told_nothing() {
    let (expired, authority) = remote("localhost", 2021).await;
    let (strange, strangers) = remote("other.example", 2100).await;
    let (untrusted, _) = remote("localhost", 2100).await;
    for (fake, authority) in [(&expired, Some(&authority)), (&strange, Some(&strangers)), (&untrusted, None)]
    {
        let front = front(fake, authority).await;
        let signed_in = front.directory.sign_in("acme", "correct horse", Peer::UNKNOWN).await;
        assert!(matches!(signed_in, Err(PortError::Away { .. })), "{signed_in:?}");
        assert!(fake.calls().is_empty());
    }
}

#[test]
fn a_file_without_certificates_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let fake = Fake::at("https://localhost".into());
    let settings = Settings { authority: Some(file.path().to_owned()), ..settings(&fake) };
    assert_eq!(settings.address, Address::parse("https://localhost/", false).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(chathub_store::Sqlite::open(folder.path()).await.unwrap());
        let seal = chathub_upstream::Seal::new(&[vec![7; 32]]);
        chathub_upstream::Upstream::new(settings, store, seal, chathub_hub::Clock::system()).err().unwrap()
    });
    assert!(error.to_string().contains("no certificates"), "{error}");
}
