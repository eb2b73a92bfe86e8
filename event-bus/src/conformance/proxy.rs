//! A TCP relay in front of a server, on which a test can do what networks do.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use futures_util::future::{Either, join};
use tokio::{
    io::{copy, copy_bidirectional, sink},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// Relays connections to a local port. Dropping it cuts them and stops listening.
pub struct TcpProxy {
    port: u16,
    accepting: JoinHandle<()>,
    line: watch::Sender<Line>,
}

/// What the network is like.
#[derive(Debug, Clone, Copy)]
struct Line {
    condition: Condition,
    /// Grows when what is open is cut. A connection ends with the number it began under.
    number: u64,
    /// Whether a connection may be half-open.
    half_open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Relaying,
    Refusing,
    Swallowing,
}

impl TcpProxy {
    /// Listens on a free port of loopback and relays to `target` there.
    ///
    /// # Errors
    /// If it can't listen.
    pub async fn start(target: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (line, seen) = watch::channel(Line {
            condition: Condition::Relaying,
            number: 0,
            half_open: false,
        });
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, target));
        let accepting = tokio::spawn(accept(listener, target, seen));
        Ok(Self {
            port,
            accepting,
            line,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every open connection without a word; new ones are treated as before.
    pub fn cut(&self) {
        self.line.send_modify(|line| line.number += 1);
    }

    /// Cuts every open connection, and closes new ones as soon as they are made.
    pub fn partition(&self) {
        self.line.send_modify(|line| {
            line.condition = Condition::Refusing;
            line.number += 1;
        });
    }

    /// Lets connections look alive while nothing comes through: what either end sends is taken and
    /// dropped, its farewell included. So neither hears that the other has gone. New connections
    /// are accepted likewise, and the server does not hear of them.
    pub fn half_open(&self) {
        self.line.send_modify(|line| {
            line.condition = Condition::Swallowing;
            line.half_open = true;
        });
    }

    /// Relays new connections again. Those that are half-open stay so for the client only, as if another
    /// server had taken the place of one that is gone without a word.
    pub fn fail_over(&self) {
        self.line
            .send_modify(|line| line.condition = Condition::Relaying);
    }

    /// Relays again. Connections that were half-open are cut: what they lost is gone.
    pub fn heal(&self) {
        self.line.send_modify(|line| {
            if std::mem::take(&mut line.half_open) {
                line.number += 1;
            }
            line.condition = Condition::Relaying;
        });
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, seen: watch::Receiver<Line>) {
    while let Ok((client, _)) = listener.accept().await {
        let mut line = seen.clone();
        let begun = *line.borrow();
        let carried = match begun.condition {
            Condition::Relaying => Either::Left(carry(client, target, seen.clone())),
            Condition::Refusing => continue,
            Condition::Swallowing => Either::Right(swallow(client)),
        };
        tokio::spawn(async move {
            tokio::select! {
                biased;
                // An error means that the proxy is gone, and cuts it too.
                _cut = line.wait_for(|line| line.number != begun.number) => {}
                () = carried => {}
            }
        });
    }
}

/// Carries one connection until one end closes it, or for ever once it is half-open; its server's end
/// is closed when the line relays again. A server that is down is the client's to notice.
async fn carry(mut client: TcpStream, target: SocketAddr, mut seen: watch::Receiver<Line>) {
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    if client
        .set_nodelay(true)
        .and(server.set_nodelay(true))
        .is_err()
    {
        return;
    }
    tokio::select! {
        biased;
        _half_open = seen.wait_for(|line| line.condition == Condition::Swallowing) => {}
        _ended = copy_bidirectional(&mut client, &mut server) => return,
    }
    let swallow_at_server = async {
        tokio::select! {
            biased;
            _relaying = seen.wait_for(|line| line.condition != Condition::Swallowing) => {}
            () = swallow(server) => {}
        }
    };
    join(swallow(client), swallow_at_server).await;
}

/// Takes what comes and never answers, not even by closing.
async fn swallow(mut end: TcpStream) {
    let _swallowed = copy(&mut end, &mut sink()).await;
    std::future::pending().await
}
