/* Results as JSON, in the words of the reference cases: the members of an open object.
** Both `varde stat run` and the methods for people write through these. */
#ifndef VARDE_EXCHANGE_CASE_PUT_H
#define VARDE_EXCHANGE_CASE_PUT_H

#include "base/json.h"
#include "stats/agree.h"
#include "stats/corr.h"
#include "stats/desc.h"
#include "stats/fisher.h"
#include "stats/rank.h"
#include "stats/reliab.h"
#include "stats/ttest.h"

void case_put_desc(struct json_out *w, const struct desc *d);
void case_put_paired(struct json_out *w, const struct ttest_paired *r);
void case_put_two(struct json_out *w, const struct ttest_two *r, struct arena tmp);
void case_put_corr(struct json_out *w, const struct corr *r);
void case_put_signed(struct json_out *w, const struct rank_signed *r);
void case_put_ranks(struct json_out *w, const struct rank_two *r);
void case_put_fisher(struct json_out *w, const struct fisher *r);
/* All but the odds ratio. */
void case_put_2x2(struct json_out *w, const struct fisher_2x2 *r);
void case_put_icc(struct json_out *w, const struct agree_icc *r);
void case_put_kappa(struct json_out *w, const struct agree_kappa *r);
void case_put_many(struct json_out *w, const struct agree_many *r, bool coded);
void case_put_reliab(struct json_out *w, const struct reliab *r, const struct str *item,
                     struct arena tmp);

#endif
