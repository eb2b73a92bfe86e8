//! A TCP relay in front of a broker, whose connections a test can cut.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Relays connections to a local port. Dropping it cuts them and stops listening.
pub struct TcpProxy {
    port: u16,
    accepting: JoinHandle<()>,
    open: Arc<Mutex<CancellationToken>>,
}

impl TcpProxy {
    /// Listens on a free port of loopback and relays to `target` there.
    ///
    /// # Errors
    /// If it can't listen.
    pub async fn start(target: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let open = Arc::new(Mutex::new(CancellationToken::new()));
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, target));
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&open)));
        Ok(Self {
            port,
            accepting,
            open,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every open connection without a word; new ones are relayed as before.
    pub fn cut(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *open).cancel();
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, open: Arc<Mutex<CancellationToken>>) {
    while let Ok((mut client, _)) = listener.accept().await {
        let cut = open.lock().unwrap_or_else(PoisonError::into_inner).clone();
        tokio::spawn(async move {
            let relay = async {
                let mut server = TcpStream::connect(target).await?;
                client.set_nodelay(true)?;
                server.set_nodelay(true)?;
                copy_bidirectional(&mut client, &mut server).await
            };
            // Either way both sides are closed; a broker that is down is the client's to notice.
            let _relayed = cut.run_until_cancelled(relay).await;
        });
    }
}
