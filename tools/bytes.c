/* Files into C: what the program carries inside itself.
**
**     bytes raw NAME FILE        the file as it is
**     bytes css NAME FILE DIR    a style sheet: comments and indentation dropped, {{name}}
**                                replaced by the file DIR/name in base64, {{@name}} by the
**                                path under which it is served
**
** Prints `const unsigned char NAME[]`, `const ptrdiff_t NAME_n` and `const char NAME_path[]`,
** "/static/HASH/FILE": HASH is of the content (FNV-1a, 64 bits: told apart, not sealed). */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    unsigned char *at;
    size_t n;
};

static struct bytes whole(const char *path)
{
    enum { MOST = 1 << 24 };
    FILE *f = fopen(path, "rb");
    struct bytes b = {malloc(MOST + 1), 0};
    if (f && b.at) b.n = fread(b.at, 1, MOST, f);
    if (!f || !b.at || ferror(f) || b.n == MOST) {
        fprintf(stderr, "bytes: %s cannot be read, or is too large\n", path);
        exit(1);
    }
    b.at[b.n] = 0;
    fclose(f);
    return b;
}

static unsigned column;
static const uint64_t fnv = 0xcbf29ce484222325;
static uint64_t hash;

static uint64_t hash_next(uint64_t h, unsigned char c)
{
    return (h ^ c) * 0x100000001b3;
}

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put(unsigned char c)
{
    hash = hash_next(hash, c);
    printf("%u,%s", c, ++column % 24 == 0 ? "\n" : "");
}

static void put_base64(struct bytes b)
{
    static const char digit[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < b.n; i += 3) {
        unsigned v = (unsigned)b.at[i] << 16;
        if (i + 1 < b.n) v |= (unsigned)b.at[i + 1] << 8;
        if (i + 2 < b.n) v |= b.at[i + 2];
        put((unsigned char)digit[v >> 18]);
        put((unsigned char)digit[v >> 12 & 63]);
        put(i + 1 < b.n ? (unsigned char)digit[v >> 6 & 63] : '=');
        put(i + 2 < b.n ? (unsigned char)digit[v & 63] : '=');
    }
}

static void put_css(struct bytes css, const char *dir)
{
    const char *s = (const char *)css.at, *end = s + css.n;
    while (s < end) {
        if (end - s > 2 && s[0] == '/' && s[1] == '*') {
            s += 2;
            while (s < end - 1 && !(s[0] == '*' && s[1] == '/')) s++;
            s += 2;
        } else if (end - s > 2 && s[0] == '{' && s[1] == '{') {
            char path[1024], at[1200];
            bool served = s[2] == '@';
            const char *close = strstr(s, "}}");
            if (!close) {
                fprintf(stderr, "bytes: {{ without }}\n");
                exit(1);
            }
            int n = (int)(close - s) - 2;
            snprintf(path, sizeof path, "%s/%.*s", dir, n - served, s + 2 + served);
            struct bytes b = whole(path);
            if (served) {
                uint64_t of = fnv;
                for (size_t i = 0; i < b.n; i++) of = hash_next(of, b.at[i]);
                snprintf(at, sizeof at, "/static/%016" PRIx64 "/%s", of, file_of(path));
                for (const char *c = at; *c; c++) put((unsigned char)*c);
            } else {
                put_base64(b);
            }
            free(b.at);
            s += n + 4;
        } else if (*s == '\n') {
            put('\n');
            while (s < end && (*s == '\n' || *s == ' ')) s++;
        } else {
            put((unsigned char)*s++);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 4 || (strcmp(argv[1], "css") == 0 && argc < 5)) {
        fprintf(stderr, "bytes raw NAME FILE | bytes css NAME FILE DIR\n");
        return 2;
    }
    struct bytes b = whole(argv[3]);
    hash = fnv;
    printf("#include <stddef.h>\nextern const unsigned char %s[];\n"
           "extern const ptrdiff_t %s_n;\nconst unsigned char %s[] = {\n",
           argv[2], argv[2], argv[2]);
    if (strcmp(argv[1], "css") == 0)
        put_css(b, argv[4]);
    else
        for (size_t i = 0; i < b.n; i++) put(b.at[i]);
    printf("0};\nconst ptrdiff_t %s_n = sizeof %s - 1;\n", argv[2], argv[2]);
    printf("extern const char %s_path[];\nconst char %s_path[] = \"/static/%016" PRIx64
           "/%s\";\n",
           argv[2], argv[2], hash, file_of(argv[3]));
    free(b.at);
    return 0;
}
