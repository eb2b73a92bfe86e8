//! One test per promise.

/// Makes a `#[tokio::test]` of every promise of a consumer, for the
/// [`ConsumerHarness`](crate::conformance::consumer::ConsumerHarness) type given. With
/// `ignore = "reason"` they run only when asked for.
#[macro_export]
macro_rules! consumer_conformance_tests {
    ($harness:ty $(, ignore = $reason:literal)? $(,)?) => {
        $crate::consumer_conformance_tests! {
            @each $harness, ($($reason)?),
            the_copy_ends_equal_to_its_source
            an_event_that_comes_again_changes_nothing
            events_in_any_order_end_in_the_same_copy
            nothing_late_undoes_a_deletion
            a_later_epoch_wins_over_any_version
            what_cannot_be_read_stops_nothing
            nothing_is_acknowledged_before_it_is_committed
            a_crash_between_commit_and_acknowledgement_changes_nothing
            crashes_with_full_hands_lose_nothing
            a_restart_goes_on_where_it_stopped
            faults_on_the_way_are_survived
        }
    };
    (@each $harness:ty, $reason:tt, $($promise:ident)+) => {
        $($crate::consumer_conformance_tests! { @one $harness, $reason, $promise })+
    };
    (@one $harness:ty, (), $promise:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            $crate::conformance::consumer::$promise::<$harness>().await;
        }
    };
    (@one $harness:ty, ($reason:literal), $promise:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = $reason]
        async fn $promise() {
            $crate::conformance::consumer::$promise::<$harness>().await;
        }
    };
}
