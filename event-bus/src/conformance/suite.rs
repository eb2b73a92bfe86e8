//! One test per promise.

/// Makes a `#[tokio::test]` of every promise, for the [`Harness`](crate::conformance::Harness) type
/// given. With `ignore = "reason"` they run only when asked for.
#[macro_export]
macro_rules! conformance_tests {
    ($harness:ty $(, ignore = $reason:literal)? $(,)?) => {
        $crate::conformance_tests! {
            @each $harness, ($($reason)?),
            every_subscriber_gets_every_message
            success_means_that_every_queue_has_the_message
            envelopes_arrive_byte_for_byte
            messages_of_one_key_keep_their_order
            publishes_under_way_together_arrive_in_their_order
            publishes_under_way_together_are_answered_each_for_itself
            one_queue_hears_several_exchanges
            declaring_twice_changes_nothing
            publishing_nothing_succeeds
            publishing_twice_delivers_at_least_once
            acknowledging_the_last_of_a_batch_acknowledges_all_before_it
            what_a_failed_consumer_held_comes_again_in_order
            a_late_subscriber_gets_what_is_published_from_then_on
            a_message_that_reaches_no_queue_is_an_error
            a_second_consumer_waits_for_the_first_to_go
            a_cancelled_next_batch_loses_nothing
            a_restarted_consumer_goes_on_where_it_stopped
            a_connection_lost_while_publishing_loses_nothing
            a_connection_lost_while_consuming_brings_the_unacknowledged_again
            a_stop_leaves_nothing_half_done
            a_passing_queue_makes_no_publish_wait_and_drops_its_oldest
            a_reply_queue_refuses_what_does_not_fit_until_there_is_room
            a_reply_queue_goes_after_its_consumer
            publishing_to_a_queue_by_name_reaches_it_alone
            patterns_choose_what_a_queue_hears
            a_queue_that_exists_as_another_kind_is_refused
            a_deleted_queue_goes_on_once_it_is_declared_again
            a_consumer_of_a_deleted_queue_is_told
            nothing_of_10_000_messages_is_lost_across_two_restarts
        }
    };
    (@each $harness:ty, $reason:tt, $($promise:ident)+) => {
        $($crate::conformance_tests! { @one $harness, $reason, $promise })+
    };
    (@one $harness:ty, (), $promise:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            $crate::conformance::$promise::<$harness>().await;
        }
    };
    (@one $harness:ty, ($reason:literal), $promise:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = $reason]
        async fn $promise() {
            $crate::conformance::$promise::<$harness>().await;
        }
    };
}
