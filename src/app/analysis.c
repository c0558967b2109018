#include "app/analysis.h"
#include "store/subject.h"

int analysis_study(struct act *act, struct str study, struct analysis *out, struct err *e)
{
    *out = (struct analysis){0};
    TRY(studies_by_name(act->db, study, &out->study, act->a, e));
    return studies_protocol(act->db, out->study.id, &out->protocol, &out->instruments,
                            act->a, e);
}

/* The right, wherever: which rows it opens is asked for each. */
static int may(const struct act *act, enum right right, struct str study, struct err *e)
{
    if (act->console) return OK;
    int rc = act_may_in(act, right, 0, study, e);
    for (isize i = 0; i < act->who.n_roles && rc != OK; i++)
        rc = act_may_in(act, right, act->who.role[i].site, study, e);
    return rc;
}

static struct records_cut cut_of(const struct act *act, enum right right, instant as_of,
                                 const struct analysis *x)
{
    return (struct records_cut){.study = x->study.id,
                                .roles = act_roles(act, right),
                                .as_of = as_of,
                                .everybody = act->console,
                                .protocol = &x->protocol,
                                .definition = x->instruments};
}

int analysis_read(struct act *act, struct str study, instant as_of, struct analysis *out,
                  struct err *e)
{
    TRY(may(act, MAY_ANALYSE, study, e));
    TRY(analysis_study(act, study, out, e));
    struct records_cut cut = cut_of(act, MAY_ANALYSE, as_of, out);
    return records_store_read(act->db, &act->who, &cut, &out->records, act->a, e);
}

int analysis_cut(struct act *act, struct str study, instant as_of, struct analysis *out,
                 struct records_cut *cut, struct err *e)
{
    TRY(may(act, MAY_EXPORT, study, e));
    TRY(analysis_study(act, study, out, e));
    *cut = cut_of(act, MAY_EXPORT, as_of, out);
    return OK;
}

int analysis_run(struct act *act, struct str study, instant as_of,
                 const struct analyse_options *o, struct analysis *out, struct err *e)
{
    TRY(analysis_read(act, study, as_of, out, e));
    if (!out->protocol.plan)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_PLAN", SAID(SAY_CODE(study)));
    return analyse_run(out->protocol.plan, &out->records, o, &out->analysed, act->a, e);
}
