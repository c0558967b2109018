/* Help by topic, and all of it as one booklet for paper. */
#include "tpl.h"
#include "web/topic.h"
#include "web/routes.h"

static struct html_link link_to(struct call *c, int t)
{
    if (t < 0 || t >= TOPIC_N) return (struct html_link){0};
    enum topic topic = (enum topic)t;
    return (struct html_link){.words = topic_title(topic_text(c, topic)),
                              .path = path_topic(c->q->a, str_of(topic_word(topic)))};
}

int page_help(struct call *c, struct err *e)
{
    struct topic_list m = {0};
    (void)e;
    for (int t = 0; t < TOPIC_N; t++) {
        enum topic topic = (enum topic)t;
        *PUSH(c->q->a, &m.all) =
            (struct topic_one){.word = str_of(topic_word(topic)),
                               .title = topic_title(topic_text(c, topic))};
    }
    tpl_topics(&c->html, &m);
    return call_page(c, 200);
}

int page_topic(struct call *c, struct err *e)
{
    enum topic t;
    if (!topic_find(c->q->arg[0], &t)) return err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
    struct str text = topic_text(c, t);
    struct topic_one m = {.title = topic_title(text),
                          .body = topic_body(c, text, 2),
                          .before = link_to(c, (int)t - 1),
                          .after = link_to(c, (int)t + 1),
                          .own = !str_eq(text, topic_shipped(t, c->lang))};
    tpl_topic(&c->html, &m);
    return call_page(c, 200);
}

int page_help_booklet(struct call *c, struct err *e)
{
    struct topic_list m = {.made = call_when(c, c->act.now)};
    (void)e;
    for (int t = 0; t < TOPIC_N; t++) {
        struct str text = topic_text(c, (enum topic)t);
        *PUSH(c->q->a, &m.all) =
            (struct topic_one){.word = str_of(topic_word((enum topic)t)),
                               .title = topic_title(text),
                               .body = topic_body(c, text, 3)};
    }
    tpl_help_booklet(&c->html, &m);
    return call_page(c, 200);
}
