/* Layers, orders and heights after Sugiyama, Tagawa & Toda 1981: longest-path layers, an
** empty place in each layer that a long path passes, orders by barycentres, heights by
** least squares under the least distances (pool adjacent violators).  If a label finds no
** free place, everything is drawn again with more room. */
#include "report/fig_path.h"
#include "report/fig.h"
#include <math.h>

enum { ROUNDS = 12, TRIES = 8 };

struct node {
    isize var; /* -1: a place that a path passes */
    isize layer;
    double y, h; /* centre and height */
};
struct nodes LIST(struct node);

/* A piece of a path between neighbouring layers. */
struct arc {
    isize left, right; /* nodes */
    double y, y2;      /* where it leaves and arrives */
};
struct arcs LIST(struct arc);

struct layout {
    const struct fig_path *m;
    struct nodes node; /* the variables first */
    struct arcs arc;
    isize *first_arc, *n_arcs; /* of each path, in layer order */
    bool *flip;                /* the path points to the left */
    isize n_layers;
    isize **order, *in_layer; /* nodes of a layer from top to bottom */
    double box_w, gap, room;  /* room: factor on vertical distances */
    double h;
    struct arena *a;
};

static bool drawn(const struct fig_path *m, isize k)
{
    const struct fig_path_arrow *p = &m->path[k];
    return p->from != p->to && p->from >= 0 && p->to >= 0 && p->from < m->n_vars &&
           p->to < m->n_vars;
}

/* Whether `to` can be reached from `from` over paths 0..k-1 as they are turned so far. */
static bool reaches(const struct layout *g, isize k, isize from, isize to, bool *seen)
{
    if (from == to) return true;
    if (seen[from]) return false;
    seen[from] = true;
    for (isize i = 0; i < k; i++) {
        if (!drawn(g->m, i)) continue;
        isize u = g->flip[i] ? g->m->path[i].to : g->m->path[i].from;
        isize v = g->flip[i] ? g->m->path[i].from : g->m->path[i].to;
        if (u == from && reaches(g, k, v, to, seen)) return true;
    }
    return false;
}

static void make_layers(struct layout *g)
{
    const struct fig_path *m = g->m;
    for (isize k = 0; k < m->n_paths; k++) {
        struct arena tmp = *g->a;
        bool *seen = NEW(&tmp, bool, m->n_vars);
        if (drawn(m, k)) g->flip[k] = reaches(g, k, m->path[k].to, m->path[k].from, seen);
    }
    for (isize i = 0; i < m->n_vars; i++) *PUSH(g->a, &g->node) = (struct node){.var = i};
    bool moved = true; /* at most n_vars rounds: there is no cycle left */
    while (moved) {
        moved = false;
        for (isize k = 0; k < m->n_paths; k++) {
            if (!drawn(m, k)) continue;
            struct node *u = &g->node.at[m->path[k].from],
                        *v = &g->node.at[m->path[k].to];
            if (g->flip[k]) {
                struct node *w = u;
                u = v;
                v = w;
            }
            if (v->layer <= u->layer) v->layer = u->layer + 1, moved = true;
        }
    }
    g->n_layers = 0;
    for (isize i = 0; i < m->n_vars; i++)
        g->n_layers = MAX(g->n_layers, g->node.at[i].layer + 1);
}

static void make_arcs(struct layout *g)
{
    const struct fig_path *m = g->m;
    for (isize k = 0; k < m->n_paths; k++) {
        g->first_arc[k] = g->arc.n;
        if (!drawn(m, k)) continue;
        isize u = g->flip[k] ? m->path[k].to : m->path[k].from;
        isize v = g->flip[k] ? m->path[k].from : m->path[k].to;
        for (isize layer = g->node.at[u].layer + 1; layer < g->node.at[v].layer;
             layer++) {
            *PUSH(g->a, &g->node) = (struct node){.var = -1, .layer = layer};
            *PUSH(g->a, &g->arc) = (struct arc){.left = u, .right = g->node.n - 1};
            u = g->node.n - 1;
        }
        *PUSH(g->a, &g->arc) = (struct arc){.left = u, .right = v};
        g->n_arcs[k] = g->arc.n - g->first_arc[k];
    }
    g->order = NEW(g->a, isize *, g->n_layers);
    g->in_layer = NEW(g->a, isize, g->n_layers);
    for (isize l = 0; l < g->n_layers; l++) g->order[l] = NEW(g->a, isize, g->node.n);
    for (isize i = 0; i < g->node.n; i++) {
        isize l = g->node.at[i].layer;
        g->order[l][g->in_layer[l]++] = i;
    }
}

static isize crossings(const struct layout *g, const double *rank)
{
    isize n = 0;
    for (isize i = 0; i < g->arc.n; i++)
        for (isize k = 0; k < i; k++) {
            const struct arc *s = &g->arc.at[i], *t = &g->arc.at[k];
            if (g->node.at[s->left].layer != g->node.at[t->left].layer) continue;
            double side =
                (rank[s->left] - rank[t->left]) * (rank[s->right] - rank[t->right]);
            n += side < 0;
        }
    return n;
}

static void sort_layer(struct layout *g, isize l, bool by_left, double *rank)
{
    struct arena tmp = *g->a;
    double *key = NEW(&tmp, double, g->node.n);
    isize *at = g->order[l], n = g->in_layer[l];
    for (isize i = 0; i < n; i++) {
        double sum = 0;
        isize count = 0;
        for (isize k = 0; k < g->arc.n; k++) {
            isize here = by_left ? g->arc.at[k].right : g->arc.at[k].left;
            isize there = by_left ? g->arc.at[k].left : g->arc.at[k].right;
            if (here == at[i]) sum += rank[there], count++;
        }
        key[at[i]] = count ? sum / (double)count : rank[at[i]];
    }
    for (isize i = 1; i < n; i++) { /* insertion: equals keep their order */
        isize v = at[i], k = i;
        for (; k > 0 && key[at[k - 1]] > key[v]; k--) at[k] = at[k - 1];
        at[k] = v;
    }
    /* Ranks around 0 so that layers of different sizes are comparable. */
    for (isize i = 0; i < n; i++) rank[at[i]] = (double)i - (double)(n - 1) / 2;
}

static void make_order(struct layout *g)
{
    double *rank = NEW(g->a, double, g->node.n);
    double *best = NEW(g->a, double, g->node.n);
    for (isize l = 0; l < g->n_layers; l++)
        for (isize i = 0; i < g->in_layer[l]; i++)
            rank[g->order[l][i]] = (double)i - (double)(g->in_layer[l] - 1) / 2;
    isize least = crossings(g, rank);
    for (isize i = 0; i < g->node.n; i++) best[i] = rank[i];
    for (int round = 0; round < ROUNDS && least > 0; round++) {
        for (isize l = 1; l < g->n_layers; l++) sort_layer(g, l, true, rank);
        for (isize l = g->n_layers - 2; l >= 0; l--) sort_layer(g, l, false, rank);
        isize now = crossings(g, rank);
        if (now >= least) continue;
        least = now;
        for (isize i = 0; i < g->node.n; i++) best[i] = rank[i];
    }
    for (isize l = 0; l < g->n_layers; l++)
        for (isize i = 1; i < g->in_layer[l]; i++) {
            isize *at = g->order[l], v = at[i], k = i;
            for (; k > 0 && best[at[k - 1]] > best[v]; k--) at[k] = at[k - 1];
            at[k] = v;
        }
}

/* The heights nearest to `want` (least squares) that keep their distances, by pooling. */
static void settle(struct layout *g, isize l, const double *want)
{
    struct arena tmp = *g->a;
    isize n = g->in_layer[l], pools = 0;
    double *off = NEW(&tmp, double, n + 1), *mean = NEW(&tmp, double, n + 1);
    isize *count = NEW(&tmp, isize, n + 1);
    for (isize i = 0; i < n; i++) {
        struct node *v = &g->node.at[g->order[l][i]];
        if (i > 0) {
            const struct node *u = &g->node.at[g->order[l][i - 1]];
            double air = (u->var < 0 || v->var < 0 ? 16 : 22) * g->room;
            off[i] = off[i - 1] + u->h / 2 + v->h / 2 + air;
        }
        mean[pools] = want[i] - off[i];
        count[pools++] = 1;
        while (pools > 1 && mean[pools - 2] > mean[pools - 1]) {
            double a = (double)count[pools - 2], b = (double)count[pools - 1];
            mean[pools - 2] = (a * mean[pools - 2] + b * mean[pools - 1]) / (a + b);
            count[pools - 2] += count[pools - 1];
            pools--;
        }
    }
    isize i = 0;
    for (isize p = 0; p < pools; p++)
        for (isize k = 0; k < count[p]; k++, i++)
            g->node.at[g->order[l][i]].y = mean[p] + off[i];
}

static void make_heights(struct layout *g)
{
    struct arena tmp = *g->a;
    double *want = NEW(&tmp, double, g->node.n);
    struct layout scratch = *g;
    scratch.a = &tmp;
    for (isize l = 0; l < g->n_layers; l++) settle(&scratch, l, want);
    for (int round = 0; round < ROUNDS; round++)
        for (isize step = 0; step < 2 * g->n_layers; step++) {
            isize l = step < g->n_layers ? step : 2 * g->n_layers - 1 - step;
            for (isize i = 0; i < g->in_layer[l]; i++) {
                isize v = g->order[l][i], count = 0;
                double sum = 0;
                for (isize k = 0; k < g->arc.n; k++) {
                    const struct arc *c = &g->arc.at[k];
                    if (c->right == v) sum += g->node.at[c->left].y, count++;
                    if (c->left == v) sum += g->node.at[c->right].y, count++;
                }
                want[i] = count ? sum / (double)count : g->node.at[v].y;
            }
            settle(&scratch, l, want);
        }
    double top = 1e9, bottom = -1e9;
    for (isize i = 0; i < g->node.n; i++) {
        top = fmin(top, g->node.at[i].y - g->node.at[i].h / 2);
        bottom = fmax(bottom, g->node.at[i].y + g->node.at[i].h / 2);
    }
    double margin = 16 * g->room; /* for labels above the first and below the last path */
    for (isize i = 0; i < g->node.n; i++) g->node.at[i].y += margin - top;
    g->h = g->node.n ? bottom - top + 2 * margin : 2 * margin;
}

/* Arrows share a side of a box in the order of their other ends, so none cross there. */
static void make_ports(struct layout *g)
{
    for (isize i = 0; i < g->arc.n; i++) {
        struct arc *c = &g->arc.at[i];
        isize out = 0, before_out = 0, in = 0, before_in = 0;
        for (isize k = 0; k < g->arc.n; k++) {
            const struct arc *o = &g->arc.at[k];
            double there = g->node.at[o->right].y - g->node.at[c->right].y;
            if (o->left == c->left)
                out++, before_out += there < 0 || (there == 0 && k < i);
            there = g->node.at[o->left].y - g->node.at[c->left].y;
            if (o->right == c->right)
                in++, before_in += there < 0 || (there == 0 && k < i);
        }
        const struct node *u = &g->node.at[c->left], *v = &g->node.at[c->right];
        double step = fmin(14, u->h / (double)(out + 1));
        c->y = u->y + step * ((double)before_out - (double)(out - 1) / 2);
        step = fmin(14, v->h / (double)(in + 1));
        c->y2 = v->y + step * ((double)before_in - (double)(in - 1) / 2);
    }
}

static double layer_x(const struct layout *g, isize layer)
{
    return 1 + (double)layer * (g->box_w + g->gap);
}

static bool significant(const struct fig_path_arrow *p)
{
    return isnan(p->p) || p->p < 0.05;
}

static struct str label(const struct fig_path_arrow *p, enum lang lang, struct arena *a)
{
    if (isnan(p->std)) return S("");
    struct str num = fig_num(p->std, 2, a);
    if (isnan(p->p)) return num;
    if (!significant(p)) {
        struct str ns = text_of(lang, "FIG_NOT_SIGNIFICANT");
        return str_fmt(a, "%.*s %.*s", FMT(num), FMT(ns));
    }
    return str_fmt(a, "%.*s%s", FMT(num),
                   p->p < 0.001  ? "***"
                   : p->p < 0.01 ? "**"
                                 : "*");
}

static bool is_free(const struct layout *g, const struct drawing *d, isize n_labels,
                    struct fig_rect r)
{
    if (r.x < 0 || r.y < 0 || r.x + r.w > d->w || r.y + r.h > d->h) return false;
    struct fig_rect wide = {r.x - 2, r.y - 1, r.w + 4, r.h + 2};
    for (isize i = 0; i < g->arc.n; i++) {
        const struct arc *c = &g->arc.at[i];
        double x = layer_x(g, g->node.at[c->left].layer) + g->box_w;
        if (fig_crossed(wide, x, c->y, x + g->gap, c->y2)) return false;
    }
    for (isize i = 0; i < g->node.n; i++) {
        const struct node *v = &g->node.at[i];
        double x = layer_x(g, v->layer), h = fmax(v->h, 2);
        struct fig_rect box = {x, v->y - h / 2, g->box_w, h};
        if (fig_overlap(wide, box)) return false;
    }
    for (isize i = 0; i < n_labels; i++)
        if (fig_overlap(wide, fig_text_rect(&d->at[d->n - 1 - i]))) return false;
    return true;
}

/* Tries places along each piece of the path, middle pieces first, above before below. */
static bool put_label(const struct layout *g, struct drawing *d, isize k, isize n_labels,
                      struct str s, bool bold, bool force)
{
    static const double along[] = {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8};
    double w = draw_text_width(s, FIG_TEXT, bold), h = FIG_TEXT;
    for (isize piece = 0; piece < g->n_arcs[k]; piece++) {
        isize mid = (g->n_arcs[k] - 1) / 2;
        isize i = (mid + piece) % g->n_arcs[k];
        const struct arc *c = &g->arc.at[g->first_arc[k] + i];
        double x0 = layer_x(g, g->node.at[c->left].layer) + g->box_w;
        double slope = fabs(c->y2 - c->y) / g->gap;
        for (isize t = 0; t < 2 * COUNT(along); t++) {
            double x = x0 + along[t / 2] * g->gap;
            double y = c->y + along[t / 2] * (c->y2 - c->y);
            double clear = (w + 4) / 2 * slope + h / 2 + 2.5;
            double middle = t % 2 == 0 ? y - clear : y + clear;
            struct fig_rect r = {x - w / 2, middle - h / 2, w, h};
            if (!is_free(g, d, n_labels, r) && !force) continue;
            draw_text(d, significant(&g->m->path[k]) ? DRAW_INK : DRAW_SOFT, x,
                      r.y + 0.75 * FIG_TEXT, FIG_TEXT, DRAW_MIDDLE, bold, s);
            return true;
        }
    }
    return false;
}

static void put_path(const struct layout *g, struct drawing *d, isize k)
{
    const struct fig_path_arrow *p = &g->m->path[k];
    bool strong = significant(p);
    enum draw_role role = strong ? DRAW_INK : DRAW_SOFT;
    double width = strong ? 1.5 : 0.9;
    isize n = g->n_arcs[k];
    double *xy = NEW(d->a, double, 4 * n);
    for (isize i = 0; i < n; i++) {
        const struct arc *c = &g->arc.at[g->first_arc[k] + i];
        double x = layer_x(g, g->node.at[c->left].layer) + g->box_w;
        double *at = xy + 4 * (g->flip[k] ? n - 1 - i : i);
        at[g->flip[k] ? 2 : 0] = x;
        at[g->flip[k] ? 3 : 1] = c->y;
        at[g->flip[k] ? 0 : 2] = x + g->gap;
        at[g->flip[k] ? 1 : 3] = c->y2;
    }
    if (n > 1) {
        draw_polyline(d, role, xy, 2 * n - 1, width);
        d->at[d->n - 1].dashed = !strong;
    }
    double *last = xy + 4 * (n - 1);
    draw_arrow(d, role, last[0], last[1], last[2] - (g->flip[k] ? -1 : 1), last[3], width,
               !strong);
}

static void put_box(const struct layout *g, struct drawing *d, isize i, struct arena *a)
{
    const struct node *v = &g->node.at[i];
    const struct fig_path_var *var = &g->m->var[v->var];
    double x = layer_x(g, v->layer), top = v->y - v->h / 2;
    draw_rect(d, DRAW_BOX, x, top, g->box_w, v->h, 3);
    double y = top + 16;
    isize n = fig_lines(d, DRAW_INK, x + g->box_w / 2, y, 12, FIG_TEXT, DRAW_MIDDLE, true,
                        g->box_w - 10, var->name);
    if (isnan(var->r2)) return;
    draw_text(d, DRAW_SOFT, x + g->box_w / 2, y + 12 * (double)n + 1, FIG_SMALL,
              DRAW_MIDDLE, false,
              str_fmt(a, "R\xC2\xB2 = %.*s", FMT(fig_num(var->r2, 2, a))));
}

static void measure(struct layout *g, enum lang lang, int try)
{
    const struct fig_path *m = g->m;
    struct arena tmp = *g->a;
    double word_w = 58, label_w = 30;
    for (isize i = 0; i < m->n_vars; i++) {
        struct str rest = m->var[i].name, word;
        while (str_cut(&rest, ' ', &word))
            word_w = fmax(word_w, draw_text_width(word, FIG_TEXT, true));
    }
    for (isize k = 0; k < m->n_paths; k++)
        label_w = fmax(label_w,
                       draw_text_width(label(&m->path[k], lang, &tmp), FIG_TEXT, true));
    double layers = (double)g->n_layers;
    g->room = 1 + 0.5 * try;
    g->box_w = fmin(word_w, 110) + 14;
    g->gap = label_w + 24 + 6 * try;
    double full = layers * g->box_w + (layers - 1) * g->gap + 2;
    if (full < DRAW_COLUMN &&
        g->n_layers > 1) { /* share the rest: two thirds to arrows */
        double spare = fmin(DRAW_COLUMN - full, 60 * layers);
        g->box_w += spare / 3 / layers;
        g->gap += spare * 2 / 3 / (layers - 1);
    }
    for (isize i = 0; i < m->n_vars; i++) {
        isize n = fig_count_lines(FIG_TEXT, true, g->box_w - 10, m->var[i].name);
        g->node.at[i].h = 12 * (double)n + 12 + (isnan(m->var[i].r2) ? 0 : 12);
    }
}

static struct drawing *attempt(struct layout *g, enum lang lang, int try, bool *fine)
{
    struct arena *a = g->a;
    measure(g, lang, try);
    make_heights(g);
    make_ports(g);
    double w = (double)g->n_layers * (g->box_w + g->gap) - g->gap + 2;
    if (g->n_layers == 0) w = DRAW_COLUMN;
    struct str key = text_of(lang, "FIG_PATH_KEY");
    double key_room = fmax(w, 260);
    isize lines = fig_count_lines(FIG_SMALL, false, key_room, key);
    struct drawing *d = draw_new(fmax(w, key_room), g->h + 6 + 11 * (double)lines, a);
    for (isize k = 0; k < g->m->n_paths; k++)
        if (drawn(g->m, k)) put_path(g, d, k);
    for (isize i = 0; i < g->m->n_vars; i++) put_box(g, d, i, a);
    isize labels = 0;
    *fine = true;
    for (isize k = 0; k < g->m->n_paths; k++) {
        struct str s = label(&g->m->path[k], lang, a);
        if (!drawn(g->m, k) || s.n == 0) continue;
        if (put_label(g, d, k, labels, s, significant(&g->m->path[k]), try == TRIES - 1))
            labels++;
        else
            *fine = false;
    }
    fig_lines(d, DRAW_SOFT, 0, g->h + 12, 11, FIG_SMALL, DRAW_START, false, key_room,
              key);
    return d;
}

struct drawing *fig_path(const struct fig_path *m, enum lang lang, struct arena *a)
{
    struct layout g = {.m = m, .a = a};
    g.first_arc = NEW(a, isize, m->n_paths);
    g.n_arcs = NEW(a, isize, m->n_paths);
    g.flip = NEW(a, bool, m->n_paths);
    make_layers(&g);
    make_arcs(&g);
    make_order(&g);
    bool fine = false;
    struct drawing *d = NULL;
    for (int try = 0; try < TRIES && !fine; try++) d = attempt(&g, lang, try, &fine);
    return d;
}
