#include "exchange/zip.h"

u32 zip_crc(u32 before, struct str piece)
{
    u32 c = ~before;
    for (isize i = 0; i < piece.n; i++) {
        c ^= (u8)piece.at[i];
        for (int k = 0; k < 8; k++) c = c >> 1 ^ (0xedb88320u & (0u - (c & 1)));
    }
    return ~c;
}

/* Whole numbers with the low byte first. */
struct bytes {
    char at[64 + 255];
    isize n;
};

static void put(struct bytes *b, u64 x, int n)
{
    for (int i = 0; i < n; i++) b->at[b->n++] = (char)(x >> 8 * i & 255);
}

static u32 get(struct str s, isize at, int n)
{
    u32 x = 0;
    for (int i = n - 1; i >= 0; i--) x = x << 8 | (u8)s.at[at + i];
    return x;
}

/* A day as MS-DOS writes it: years from 1980. */
static u32 dos_day(day d)
{
    int y = 1980, m = 1;
    while (y < 2107 && day_of(y + 1, 1, 1) <= d) y++;
    while (m < 12 && day_of(y, m + 1, 1) <= d) m++;
    int dd = d - day_of(y, m, 1) + 1;
    return (u32)((y - 1980) << 9 | m << 5 | (dd < 1 ? 1 : dd > 31 ? 31 : dd));
}

enum { VERSION = 20, UTF8 = 1 << 11 };

/* What the two heads of a file have in common. */
static void common(struct bytes *b, const struct zip *z, const struct zip_file *f)
{
    put(b, VERSION, 2);
    put(b, UTF8, 2);
    put(b, 0, 2); /* stored */
    put(b, 0, 2); /* midnight */
    put(b, dos_day(z->on), 2);
    put(b, f->crc, 4);
    put(b, (u64)f->bytes, 4);
    put(b, (u64)f->bytes, 4);
    put(b, (u64)f->name.n, 2);
    put(b, 0, 2);
}

int zip_put(struct zip *z, struct str piece, struct err *e)
{
    z->n += piece.n;
    return z->put(z->arg, piece, e);
}

static int give(struct zip *z, struct bytes *b, struct str name, struct err *e)
{
    for (isize i = 0; i < name.n; i++) b->at[b->n++] = name.at[i];
    return zip_put(z, (struct str){b->at, b->n}, e);
}

int zip_add(struct zip *z, struct str name, i64 bytes, u32 crc, struct err *e)
{
    struct bytes b = {.n = 0};
    if (z->n_files == ZIP_FILES || name.n > 255 || bytes > UINT32_MAX - (1 << 20) - z->n)
        return err_set(e, E_TOO_BIG, "the files are more than a ZIP of this kind holds");
    struct zip_file *f = &z->file[z->n_files++];
    *f = (struct zip_file){name, crc, bytes, z->n};
    put(&b, 0x04034b50, 4);
    common(&b, z, f);
    return give(z, &b, name, e);
}

int zip_end(struct zip *z, struct err *e)
{
    i64 from = z->n;
    for (int i = 0; i < z->n_files; i++) {
        struct bytes b = {.n = 0};
        put(&b, 0x02014b50, 4);
        put(&b, VERSION, 2);
        common(&b, z, &z->file[i]);
        put(&b, 0, 2);
        put(&b, 0, 2);
        put(&b, 0, 2);
        put(&b, 0, 4);
        put(&b, (u64)z->file[i].at, 4);
        TRY(give(z, &b, z->file[i].name, e));
    }
    i64 size = z->n - from;
    struct bytes b = {.n = 0};
    put(&b, 0x06054b50, 4);
    put(&b, 0, 4);
    put(&b, (u64)z->n_files, 2);
    put(&b, (u64)z->n_files, 2);
    put(&b, (u64)size, 4);
    put(&b, (u64)from, 4);
    put(&b, 0, 2);
    return give(z, &b, S(""), e);
}

int zip_next(struct str s, struct zip_file *out, isize *skip, bool *more, struct err *e)
{
    *out = (struct zip_file){0};
    *more = s.n >= 4 && get(s, 0, 4) == 0x04034b50;
    if (s.n >= 4 && (get(s, 0, 4) == 0x02014b50 || get(s, 0, 4) == 0x06054b50)) return OK;
    if (!*more || s.n < 30 || get(s, 8, 2) != 0 || get(s, 6, 2) != UTF8 ||
        get(s, 18, 4) != get(s, 22, 4) || get(s, 28, 2) != 0 ||
        s.n < 30 + (isize)get(s, 26, 2))
        return err_set(e, E_REQUEST, "this is no ZIP as it is written here");
    *skip = 30 + (isize)get(s, 26, 2);
    *out = (struct zip_file){
        .name = {s.at + 30, *skip - 30}, .crc = get(s, 14, 4), .bytes = get(s, 18, 4)};
    return OK;
}
