//! The proxy does to connections what networks do.

#![cfg(feature = "conformance")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{net::Ipv4Addr, time::Duration};

use event_bus::conformance::TcpProxy;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a test watches that something does not happen.
const A_WHILE: Duration = Duration::from_millis(100);

struct World {
    proxy: TcpProxy,
    listener: TcpListener,
}

impl World {
    async fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy = TcpProxy::start(listener.local_addr().unwrap().port()).await;
        Self {
            proxy: proxy.unwrap(),
            listener,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.proxy.port()))
            .await
            .unwrap()
    }

    async fn accept(&self) -> TcpStream {
        let accepted = timeout(PATIENCE, self.listener.accept()).await.unwrap();
        accepted.unwrap().0
    }

    /// A connection, as the client and as the server has it.
    async fn pair(&self) -> (TcpStream, TcpStream) {
        let client = self.connect().await;
        (client, self.accept().await)
    }
}

#[tokio::test]
async fn what_either_end_sends_reaches_the_other() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;
    assert_passes(&mut client, &mut server).await;
    assert_passes(&mut server, &mut client).await;
}

#[tokio::test]
async fn a_cut_ends_what_is_open_and_nothing_else() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;

    world.proxy.cut();

    assert_ended(&mut client).await;
    assert_ended(&mut server).await;
    let (mut client, mut server) = world.pair().await;
    assert_passes(&mut client, &mut server).await;
}

#[tokio::test]
async fn a_partition_cuts_and_lets_nothing_in_until_it_heals() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;

    world.proxy.partition();

    assert_ended(&mut client).await;
    assert_ended(&mut server).await;
    assert_ended(&mut world.connect().await).await;
    world.proxy.heal();
    let (mut client, mut server) = world.pair().await;
    assert_passes(&mut client, &mut server).await;
}

#[tokio::test]
async fn a_half_open_connection_swallows_everything_its_end_included() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;
    assert_passes(&mut client, &mut server).await;

    world.proxy.half_open();

    client.write_all(&vec![1; 1 << 20]).await.unwrap();
    server.write_all(&vec![1; 1 << 20]).await.unwrap();
    client.shutdown().await.unwrap();
    assert_silent(&mut client).await;
    drop(client);
    assert_silent(&mut server).await;
}

#[tokio::test]
async fn a_connection_made_while_half_open_is_accepted_and_leads_nowhere() {
    let world = World::new().await;
    world.proxy.half_open();

    let mut client = world.connect().await;
    client.write_all(b"hello").await.unwrap();

    assert_silent(&mut client).await;
    assert!(timeout(A_WHILE, world.listener.accept()).await.is_err());
}

#[tokio::test]
async fn healing_cuts_what_was_half_open_and_relays_anew() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;
    world.proxy.half_open();
    client.write_all(b"lost").await.unwrap();
    let mut late = world.connect().await;
    assert_silent(&mut server).await;

    world.proxy.heal();

    assert_ended(&mut client).await;
    assert_ended(&mut server).await;
    assert_ended(&mut late).await;
    let (mut client, mut server) = world.pair().await;
    assert_passes(&mut client, &mut server).await;
}

#[tokio::test]
async fn failing_over_relays_anew_and_tells_no_client_what_is_lost() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;
    world.proxy.half_open();
    let mut late = world.connect().await;
    assert_silent(&mut server).await;

    world.proxy.fail_over();

    assert_ended(&mut server).await;
    client.write_all(b"lost").await.unwrap();
    assert_silent(&mut client).await;
    assert_silent(&mut late).await;
    let (mut anew, mut server) = world.pair().await;
    assert_passes(&mut anew, &mut server).await;

    world.proxy.heal();
    assert_ended(&mut client).await;
    assert_ended(&mut late).await;
}

#[tokio::test]
async fn healing_leaves_what_was_never_broken() {
    let world = World::new().await;
    let (mut client, mut server) = world.pair().await;

    world.proxy.heal();

    assert_passes(&mut client, &mut server).await;
}

#[tokio::test]
async fn dropping_the_proxy_cuts_what_is_open_and_half_open() {
    for half_open in [false, true] {
        let world = World::new().await;
        let (mut client, mut server) = world.pair().await;
        if half_open {
            world.proxy.half_open();
            assert_silent(&mut client).await;
        }

        drop(world.proxy);

        assert_ended(&mut client).await;
        assert_ended(&mut server).await;
    }
}

async fn assert_passes(from: &mut TcpStream, to: &mut TcpStream) {
    from.write_all(b"ping").await.unwrap();
    let mut got = [0; 4];
    let read = timeout(PATIENCE, to.read_exact(&mut got)).await.unwrap();
    assert_eq!((read.unwrap(), &got), (4, b"ping"));
}

async fn assert_ended(end: &mut TcpStream) {
    let read = timeout(PATIENCE, end.read_u8()).await.unwrap();
    assert!(read.is_err(), "got {read:?}");
}

async fn assert_silent(end: &mut TcpStream) {
    let read = timeout(A_WHILE, end.read_u8()).await;
    assert!(read.is_err(), "got {read:?}");
}
