//! Log, checkpoints, parked messages and ids: one contract, held against the store in memory,
//! SQLite and PostgreSQL; then what only databases do.
#![expect(clippy::unwrap_used, reason = "tests")]

mod database;
mod errors;
mod lease;
mod new_epoch;
mod server;
mod store;
mod while_publishing;

/// Makes a test of each contract for each store.
macro_rules! contracts {
    ($($module:ident { $($contract:ident,)+ })+) => {
        $(mod $module;)+

        mod in_memory {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread")]
                async fn $contract() {
                    crate::$module::$contract(crate::store::Store::in_memory()).await;
                })+
            })+
        }
        databases! { $($module { $($contract,)+ })+ }
    };
}

/// Makes a test of each contract for each database.
macro_rules! databases {
    ($($module:ident { $($contract:ident,)+ })+) => {
        mod on_sqlite {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread")]
                async fn $contract() {
                    crate::server::on_sqlite(crate::$module::$contract).await;
                })+
            })+
        }

        mod on_postgres {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs PostgreSQL: tests/run.sh"]
                async fn $contract() {
                    crate::server::on_postgres(crate::$module::$contract).await;
                })+
            })+
        }
    };
}

contracts! {
    log {
        a_log_begins_empty,
        an_entry_reads_back_as_it_was_appended,
        entries_get_the_next_sequences_in_their_order,
        a_version_of_a_key_is_appended_once,
        two_entries_of_one_version_are_refused_together,
        what_is_rolled_back_leaves_no_gap,
        sequences_are_gapless_and_in_commit_order_whoever_appends,
        more_entries_than_a_statement_takes_are_appended_in_order,
        the_log_is_read_in_pages,
        what_is_published_never_goes_back,
    }
    checkpoints {
        nothing_is_settled_at_first,
        gaps_are_filled_across_transactions,
        each_producer_and_epoch_has_its_own_checkpoint,
        settling_again_changes_nothing,
        batches_settled_at_the_same_time_lose_nothing,
        any_sequence_can_be_settled,
    }
    parked {
        a_message_reads_back_as_it_was_parked,
        a_message_of_which_nothing_is_known_is_parked_too,
        parking_settles_nothing_by_itself_and_unparking_forgets,
        messages_are_due_in_order_and_not_before_their_time,
        the_same_attempt_again_changes_nothing,
        a_later_attempt_keeps_the_first_failure,
        dead_letters_are_counted_and_never_due,
        a_message_twice_in_one_batch_is_parked_once,
    }
    dead_letters {
        messages_are_listed_by_id_in_pages,
        a_message_is_found_by_its_id,
        a_redriven_message_is_due_and_redriving_it_again_changes_nothing,
        all_dead_letters_are_redriven_and_no_other,
        a_redriven_message_that_fails_again_is_dead_again,
        what_is_purged_is_forgotten,
    }
    receipts {
        a_receipt_leads_to_its_event,
        what_is_not_applied_is_told_by_sequence_and_of_one_log_only,
    }
}

mod epochs;
mod ids;
mod ledger;

mod of_databases {
    databases! {
        epochs {
            a_new_epoch_goes_on_with_the_sequences_and_may_repeat_versions,
        }
        ids {
            ids_are_reserved_once_whoever_asks,
            reserved_ids_are_not_given_back,
        }
        receipts {
            a_record_of_an_earlier_epoch_is_named_in_the_present_one,
        }
        ledger {
            what_is_rolled_back_is_not_settled,
        }
    }
}
