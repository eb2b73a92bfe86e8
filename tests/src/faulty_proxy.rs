//! A TCP relay that a test can make fail in the two ways that networks do.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use tokio::{
    io::{AsyncReadExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// What becomes of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// They are relayed.
    Flows,
    /// The network is parted: they are cut, and new ones are cut at once.
    Parted,
    /// The other end has gone without a word: whatever a client sends is swallowed and nothing
    /// comes back. A connection that this has befallen stays so; only new ones can be relayed
    /// again.
    Swallowed,
}

/// Relays connections to a local port. Dropping it cuts them and stops listening.
pub struct FaultyProxy {
    port: u16,
    traffic: watch::Sender<Traffic>,
    accepting: JoinHandle<()>,
}

impl FaultyProxy {
    /// Listens on a free port of loopback and relays to `target` there.
    ///
    /// # Panics
    /// If it can't listen.
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let traffic = watch::Sender::new(Traffic::Flows);
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, target));
        let accepting = tokio::spawn(accept(listener, target, traffic.subscribe()));
        Self {
            port,
            traffic,
            accepting,
        }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on, also for connections that are open.
    pub fn set(&self, traffic: Traffic) {
        self.traffic.send_replace(traffic);
    }
}

impl Drop for FaultyProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, traffic: watch::Receiver<Traffic>) {
    // Dropped with this task, and the connections with it.
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(client, target, traffic.clone()));
    }
}

/// Serves a connection. An error is a connection lost, which is the client's to notice.
async fn serve(
    mut client: TcpStream,
    target: SocketAddr,
    mut traffic: watch::Receiver<Traffic>,
) -> io::Result<()> {
    let fault = {
        let relay = relay(&mut client, target);
        tokio::select! {
            biased;
            fault = traffic.wait_for(|traffic| *traffic != Traffic::Flows) => fault.map(|fault| *fault),
            _relayed = relay => return Ok(()),
        }
    };
    if let Ok(Traffic::Swallowed) = fault {
        let mut swallowed = [0; 4096];
        while client.read(&mut swallowed).await? > 0 {}
    }
    Ok(())
}

async fn relay(client: &mut TcpStream, target: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    copy_bidirectional(client, &mut server).await.map(drop)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// A connection through the proxy to one that repeats every byte.
    async fn connected() -> (FaultyProxy, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let target = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        let proxy = FaultyProxy::start(target).await;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
            .await
            .unwrap();
        assert_eq!(echo(&mut stream).await.unwrap(), 7);
        (proxy, stream)
    }

    async fn echo(stream: &mut TcpStream) -> io::Result<u8> {
        stream.write_u8(7).await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn a_parted_network_cuts_old_and_new_connections_until_it_flows_again() {
        let (proxy, mut stream) = connected().await;
        proxy.set(Traffic::Parted);
        assert!(echo(&mut stream).await.is_err());
        let mut new = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
            .await
            .unwrap();
        assert!(echo(&mut new).await.is_err());
        proxy.set(Traffic::Flows);
        let mut new = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
            .await
            .unwrap();
        assert_eq!(echo(&mut new).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_swallowed_connection_stays_silent_and_open_for_good() {
        let (proxy, mut stream) = connected().await;
        proxy.set(Traffic::Swallowed);
        // The fault takes hold of the connection before it flows again.
        let mut other = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
            .await
            .unwrap();
        other.write_u8(1).await.unwrap();
        stream.write_u8(1).await.unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        proxy.set(Traffic::Flows);
        let mut new = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
            .await
            .unwrap();
        assert_eq!(echo(&mut new).await.unwrap(), 7);
        stream.write_u8(7).await.unwrap();
        let error = stream.try_read(&mut [0; 1]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    }
}
