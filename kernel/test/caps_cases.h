/* Cases of the test of stage 4, for cmocka. */
#pragma once

void revoker_dies(void **state);
void removals_overlap(void **state);
void removals_overlap_branched(void **state);
void deriving_meanwhile(void **state);
void arrival_while_deleting(void **state);
void sending_again(void **state);
void revived_and_added(void **state);
void storm(void **state);
void own_end(void **state);
void own_end_taken_over(void **state);
void every_charge(void **state);
void until_refused(void **state);
void full_place(void **state);
void large_trees(void **state);
