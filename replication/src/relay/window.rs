//! Batches on their way to the bus: several at a time, confirmed in their order.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
};

use tokio::sync::watch;

type Publishing<'a, E> = Pin<Box<dyn Future<Output = Result<i64, E>> + Send + 'a>>;

/// Publishes under way, in the order of the log, each with the last sequence of its batch once it
/// is confirmed.
///
/// A later one may be confirmed before an earlier one; nobody hears of it until the earlier one is
/// confirmed too. The first failure ends it: what is behind a failure counts for nothing.
pub(super) struct Window<'a, E> {
    under_way: VecDeque<UnderWay<'a, E>>,
    /// Everything through here is confirmed.
    confirmed: &'a watch::Sender<i64>,
}

enum UnderWay<'a, E> {
    Publishing(Publishing<'a, E>),
    Ended(Result<i64, E>),
}

impl<'a, E> Window<'a, E> {
    /// Tells `confirmed` how far everything is.
    pub(super) fn new(confirmed: &'a watch::Sender<i64>) -> Self {
        Self {
            under_way: VecDeque::new(),
            confirmed,
        }
    }

    /// Adds a publish behind the others. It begins when the window is next waited for.
    pub(super) fn push(&mut self, publishing: impl Future<Output = Result<i64, E>> + Send + 'a) {
        self.under_way
            .push_back(UnderWay::Publishing(Box::pin(publishing)));
    }

    /// Waits until at most so many are under way.
    pub(super) async fn at_most(&mut self, most: usize) -> Result<(), E> {
        poll_fn(|context| match self.advance(context) {
            Ok(()) if self.under_way.len() > most => Poll::Pending,
            outcome => Poll::Ready(outcome),
        })
        .await
    }

    /// Waits for `work`, while the publishes go on.
    pub(super) async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Result<T, E> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Err(error) = self.advance(context) {
                return Poll::Ready(Err(error));
            }
            work.as_mut().poll(context).map(Ok)
        })
        .await
    }

    /// Polls all of them, the earliest first: so they begin in their order.
    fn advance(&mut self, context: &mut Context<'_>) -> Result<(), E> {
        for one in &mut self.under_way {
            if let UnderWay::Publishing(publishing) = one
                && let Poll::Ready(outcome) = publishing.as_mut().poll(context)
            {
                *one = UnderWay::Ended(outcome);
            }
        }
        while let Some(UnderWay::Ended(_)) = self.under_way.front() {
            if let Some(UnderWay::Ended(outcome)) = self.under_way.pop_front() {
                self.confirmed.send_replace(outcome?);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{future::ready, sync::Mutex};

    use tokio::sync::oneshot;

    use super::*;

    type End = oneshot::Sender<Result<i64, &'static str>>;

    /// A window of three publishes, and how to end each.
    fn window(confirmed: &watch::Sender<i64>) -> (Window<'_, &'static str>, [End; 3]) {
        let mut window = Window::new(confirmed);
        let ends = [(); 3].map(|()| {
            let (end, outcome) = oneshot::channel();
            window.push(async move { outcome.await.unwrap() });
            end
        });
        (window, ends)
    }

    #[tokio::test]
    async fn what_is_confirmed_out_of_order_is_told_in_order() {
        let confirmed = watch::Sender::new(0);
        let (mut window, [first, second, third]) = window(&confirmed);
        third.send(Ok(30)).unwrap();
        window.meanwhile(ready(())).await.unwrap();
        second.send(Ok(20)).unwrap();
        window.meanwhile(ready(())).await.unwrap();
        assert_eq!(*confirmed.borrow(), 0);
        first.send(Ok(10)).unwrap();
        assert_eq!(window.at_most(0).await, Ok(()));
        assert_eq!(*confirmed.borrow(), 30);
    }

    #[tokio::test]
    async fn nothing_behind_a_failure_is_ever_told() {
        let confirmed = watch::Sender::new(0);
        let (mut window, [first, second, third]) = window(&confirmed);
        third.send(Ok(30)).unwrap();
        second.send(Err("refused")).unwrap();
        window.meanwhile(ready(())).await.unwrap();
        first.send(Ok(10)).unwrap();
        assert_eq!(window.at_most(0).await, Err("refused"));
        assert_eq!(*confirmed.borrow(), 10);
    }

    #[tokio::test]
    async fn it_waits_for_room_and_no_longer() {
        let confirmed = watch::Sender::new(0);
        let (mut window, [first, _second, _third]) = window(&confirmed);
        first.send(Ok(10)).unwrap();
        assert_eq!(window.at_most(2).await, Ok(()));
        assert_eq!(*confirmed.borrow(), 10);
    }

    #[tokio::test]
    async fn publishes_begin_in_their_order_and_before_the_work_that_is_waited_for() {
        let (confirmed, began) = (watch::Sender::new(0), Mutex::new(Vec::new()));
        let mut window = Window::<()>::new(&confirmed);
        for number in 1..=4 {
            let began = &began;
            window.push(async move {
                began.lock().unwrap().push(number);
                std::future::pending().await
            });
        }
        let work = async { began.lock().unwrap().push(0) };
        assert_eq!(window.meanwhile(work).await, Ok(()));
        assert_eq!(*began.lock().unwrap(), [1, 2, 3, 4, 0]);
    }
}
