//! What every store must do, by the docs of the ports. One suite, held against the store in
//! memory, SQLite and PostgreSQL.
#![expect(clippy::unwrap_used, reason = "tests")]

mod actions;
mod records;
mod store;

/// Makes a test of each contract for each store.
macro_rules! contracts {
    ($($module:ident { $($contract:ident,)+ })+) => {
        $(mod $module;)+

        mod in_memory {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread")]
                async fn $contract() {
                    crate::store::in_memory(crate::$module::$contract).await;
                })+
            })+
        }

        mod on_sqlite {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread")]
                async fn $contract() {
                    crate::store::on_sqlite(crate::$module::$contract).await;
                })+
            })+
        }

        mod on_postgres {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs PostgreSQL: tests/run.sh"]
                async fn $contract() {
                    crate::store::on_postgres(crate::$module::$contract).await;
                })+
            })+
        }
    };
}

/// Makes a test of each contract for each database, as the release before search left it.
macro_rules! catching_up {
    ($($contract:ident,)+) => {
        mod catching_up;

        mod on_old_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $contract() {
                crate::store::on_old_sqlite(crate::catching_up::$contract).await;
            })+
        }

        mod on_old_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs PostgreSQL: tests/run.sh"]
            async fn $contract() {
                crate::store::on_old_postgres(crate::catching_up::$contract).await;
            })+
        }
    };
}

catching_up! {
    what_an_older_release_stored_is_found,
    what_can_not_be_read_keeps_nothing_else_from_being_found,
    catching_up_goes_on_where_it_was_left,
    what_was_folded_otherwise_is_folded_again,
}

contracts! {
    together {
        of_many_saves_at_the_same_time_only_the_wrong_are_refused,
        of_loads_at_the_same_time_each_gets_its_own,
        of_reads_at_the_same_time_each_gets_its_own,
        what_somebody_else_has_locked_keeps_nothing_else_waiting,
    }
    books {
        a_book_reads_back_as_it_was_saved,
        a_book_of_the_fewest_fields_reads_back_so,
        a_revision_replaces_every_field,
        what_was_never_saved_is_not_found,
        a_load_returns_only_what_is_wanted_and_exists,
        a_save_from_a_stale_version_is_a_conflict_and_writes_nothing,
        an_id_is_created_only_once,
        a_book_that_never_was_can_not_be_revised,
        changes_are_saved_all_or_none,
        no_changes_are_saved_without_a_trace,
        a_deleted_book_stays_as_a_tombstone,
        of_several_revisions_of_one_version_one_is_saved,
    }
    answers {
        an_answer_is_kept_with_the_changes_it_tells_of,
        an_answer_that_nothing_was_changed_is_kept_too,
        what_was_answered_is_not_done_again,
        nothing_is_kept_of_what_was_refused,
        a_key_is_free_after_a_day,
        old_answers_are_forgotten_in_batches,
        of_several_under_one_key_one_is_done,
    }
    ids {
        ids_ascend_and_are_as_many_as_asked_for,
        an_id_is_given_out_once_whoever_asks,
        an_id_is_not_given_out_again_after_a_restart,
        an_id_whose_change_was_refused_is_not_given_out_again,
    }
    log {
        a_log_begins_empty,
        each_change_is_one_event_in_its_order,
        a_link_s_event_carries_the_whole_register,
        a_conflict_leaves_no_gap,
        sequences_are_gapless_and_in_commit_order_whoever_writes,
        a_version_of_a_record_is_logged_once,
        the_log_is_read_in_pages,
        a_save_larger_than_a_statement_is_logged_whole,
        what_is_published_never_goes_back,
        a_save_rings_for_the_relay,
        the_right_to_relay_is_held_until_it_is_let_go,
    }
    history {
        the_events_of_a_key_are_read_newest_first_and_in_pages,
        an_event_is_read_by_its_version_as_it_stands_in_the_log,
        the_history_of_a_link_is_what_this_side_did_to_it,
        an_book_is_read_as_it_once_was,
        what_retention_pruned_is_not_there_and_nothing_else_suffers,
        a_restored_book_is_found_again_with_all_that_it_had,
    }
    links {
        a_link_reads_back_as_it_was_saved,
        a_removed_link_is_still_loaded,
        a_link_is_saved_only_on_the_revisions_that_were_read,
        a_link_that_was_merged_meanwhile_is_a_conflict,
        the_greatest_position_counts_present_links_only,
        authors_that_are_deleted_or_unknown_are_not_loaded,
        of_several_links_of_one_pair_one_is_saved,
    }
    merging {
        a_merge_keeps_of_each_part_the_greater_revision,
        any_registers_in_any_order_merge_as_the_register_does,
        a_merge_makes_no_event,
        a_merge_after_a_local_change_keeps_what_is_newer,
        merges_at_the_same_time_lose_nothing,
    }
    claims {
        an_isbn_belongs_to_one_live_book,
        an_identifier_belongs_to_one_live_book,
        the_same_value_under_another_scheme_is_another_claim,
        a_claim_is_loaded_with_the_book_that_has_it,
        a_revision_to_what_another_book_has_is_a_conflict_and_writes_nothing,
        a_book_keeps_what_it_has,
        a_deleted_book_gives_its_claims_free,
        a_revision_gives_free_what_it_leaves_out,
        of_several_new_books_with_one_isbn_one_is_saved,
        of_several_books_that_take_one_identifier_one_is_saved,
        of_several_who_create_the_same_book_all_but_one_are_told_which_has_it,
        books_that_take_each_other_s_claims_never_share_one,
    }
    cache {
        an_author_is_taken_only_if_it_is_newer,
        the_same_version_again_changes_nothing,
        a_tombstone_yields_only_to_a_greater_version,
        any_versions_in_any_order_leave_the_newest,
        a_batch_larger_than_a_statement_is_taken_whole,
        the_cache_is_counted_by_live_and_deleted_authors,
        several_authors_may_have_the_same_identifier,
        batches_at_the_same_time_leave_the_newest,
    }
    embedded {
        an_author_is_shown_with_its_credit,
        an_author_is_shown_whatever_characters_and_numbers_it_has,
        a_link_waits_for_its_author,
        a_link_waits_for_its_book,
        a_removed_link_is_not_shown,
        a_deleted_author_is_not_shown_until_it_is_restored,
        authors_are_shown_by_position_then_id_and_with_their_own_book,
        at_most_a_thousand_authors_are_shown_and_all_are_counted,
    }
    lists {
        a_list_is_ordered_by_id,
        a_page_begins_behind_its_cursor_and_what_is_passed_over,
        an_isbn_is_found_exactly,
        an_identifier_is_found_by_scheme_and_value,
        a_former_identifier_is_not_found,
        deleted_books_are_not_listed,
        a_book_is_listed_only_if_it_passes_every_filter,
    }
    finding {
        what_was_saved_is_found_at_once_and_only_as_it_is,
        a_word_that_was_refused_is_learned_when_it_is_saved,
        a_number_is_a_query_in_any_form,
        a_whole_word_comes_before_one_that_only_begins_so,
        a_short_word_may_lack_a_letter_and_a_sign_divides_words,
        what_runs_from_a_title_into_its_subtitle_is_found_in_every_order,
        a_book_is_found_by_the_names_of_its_authors_as_they_are,
        of_very_many_near_misses_none_is_left_out,
        pages_hold_while_what_is_on_them_changes_and_matches_as_before,
        a_title_is_found_with_its_author_however_many_are_by_them_or_called_so,
        every_store_finds_what_the_store_in_memory_finds,
    }
    ledger {
        a_batch_and_its_checkpoint_are_one_transaction,
        a_batch_that_is_refused_changes_nothing,
        a_checkpoint_shows_gaps_until_they_are_filled,
        checkpoints_are_kept_by_producer_and_epoch,
        settling_again_changes_nothing,
        checkpoints_survive_a_restart,
        batches_at_the_same_time_settle_everything,
    }
    parked {
        a_parked_message_reads_back_as_it_was_parked,
        a_message_of_which_nothing_could_be_read_is_parked_too,
        messages_are_due_in_order,
        the_same_attempt_again_changes_nothing,
        a_later_attempt_replaces_the_earlier_one_and_keeps_the_first_failure,
        a_dead_letter_is_counted_and_never_due,
        a_message_that_was_applied_is_gone,
        an_earlier_attempt_does_not_wake_a_dead_letter,
    }
    rows {
        rows_are_shown_as_in_the_golden_files,
        an_empty_store_has_no_rows,
        an_own_row_is_of_the_log_s_epoch,
        a_removed_link_is_a_row_and_no_tombstone,
        rows_are_read_in_parts_by_their_places,
    }
    taking {
        a_row_is_taken_only_if_it_is_newer,
        links_that_are_taken_are_merged,
        more_rows_than_a_statement_takes_are_taken_again_and_again,
        a_row_that_contradicts_itself_is_refused_with_all_others,
    }
    healing {
        a_row_that_is_still_as_it_was_named_becomes_its_owner_s,
        a_row_that_has_changed_since_it_was_named_is_left,
        a_newer_or_missing_row_is_taken_whatever_was_named,
        what_is_right_already_is_not_counted,
        many_rows_are_healed_at_once,
        a_row_that_can_not_be_read_any_more_is_seen_and_healed,
        what_its_owner_does_not_know_is_isolated_only_as_it_was_named,
        a_link_that_the_other_side_does_not_know_stays,
        a_repair_of_what_is_no_copy_is_refused_with_all_others,
    }
    flipped_links {
        a_flipped_link_is_healed_by_the_side_that_wrote_it,
        any_registers_are_repaired_as_the_register_does_it,
    }
    snapshots {
        what_a_snapshot_did_not_name_goes_with_its_epoch,
        a_snapshot_moves_the_checkpoint_on_and_never_back,
        a_snapshot_of_what_is_not_copied_here_is_refused,
        records_of_an_epoch_that_is_over_are_not_taken_any_more,
        an_epoch_is_not_over_before_the_next_is_settled_from_its_beginning,
        no_late_batch_survives_the_end_of_a_snapshot,
    }
}
