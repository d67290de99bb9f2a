/*
 * How a list of operations becomes functions (see rpc.h). Each list of fields is expanded several times, each time with other
 * meanings of WORD, TEXT and CAP.
 */
#pragma once

/* parameters: of stubs and of the server's functions */
#define RPC_PARAMETER_WORD(type, name) , type name
#define RPC_PARAMETER_TEXT(name, size) , const char *name
#define RPC_PARAMETER_CAP(name)        , struct capability name
#define RPC_RESULT_WORD(type, name)    , type *name
#define RPC_RESULT_TEXT(name, size)    , char *name
#define RPC_RESULT_CAP(name)           , struct capability *name
#define RPC_SIGNATURE(i, o)                                                                                                      \
    i##_##o##_IN(RPC_PARAMETER_WORD, RPC_PARAMETER_TEXT, RPC_PARAMETER_CAP)                                                      \
        i##_##o##_OUT(RPC_RESULT_WORD, RPC_RESULT_TEXT, RPC_RESULT_CAP)

/* a stub: fields out, call, fields in */
#define RPC_PUT_WORD(type, name)     rpc_put_word(&rpc_m, (uint64_t)name);
#define RPC_PUT_TEXT(name, size)     rpc_put_text(&rpc_m, name, size);
#define RPC_PUT_CAP(name)            rpc_put_capability(&rpc_m, name);
#define RPC_FETCH_WORD(type, name)   *name = (type)rpc_get_word(&rpc_m);
#define RPC_FETCH_TEXT(name, size)   rpc_get_text(&rpc_m, name, size);
#define RPC_FETCH_CAP(name)          *name = rpc_get_capability(&rpc_m);
#define RPC_COUNT_WORD(type, name)
#define RPC_COUNT_TEXT(name, size)
#define RPC_COUNT_CAP(name) +1

#define RPC_STUB(i, o)                                                                                                           \
    MUST_USE static inline enum outcome i##_##o(struct capability self RPC_SIGNATURE(i, o))                                      \
    {                                                                                                                            \
        struct rpc_message rpc_m;                                                                                                \
        rpc_begin(&rpc_m, i##_operation_##o);                                                                                    \
        i##_##o##_IN(RPC_PUT_WORD, RPC_PUT_TEXT, RPC_PUT_CAP)                                                                    \
        enum outcome rpc_outcome =                                                                                               \
            rpc_call(self, &rpc_m, 0 i##_##o##_OUT(RPC_COUNT_WORD, RPC_COUNT_TEXT, RPC_COUNT_CAP));                              \
        i##_##o##_OUT(RPC_FETCH_WORD, RPC_FETCH_TEXT, RPC_FETCH_CAP)                                                             \
        rpc_end(&rpc_m);                                                                                                         \
        return rpc_outcome;                                                                                                      \
    }

/* the dispatch: fields in, the server's function, fields out */
#define RPC_TAKE_WORD(type, name)    const type name = (type)rpc_get_word(rpc_m);
#define RPC_TAKE_TEXT(name, size)    char name[size]; rpc_get_text(rpc_m, name, size);
#define RPC_TAKE_CAP(name)           const struct capability name = rpc_get_capability(rpc_m);
#define RPC_HOLD_WORD(type, name)    type name = 0;
#define RPC_HOLD_TEXT(name, size)    char name[size] = "";
#define RPC_HOLD_CAP(name)           struct capability name = NO_CAPABILITY;
#define RPC_PASS_WORD(type, name)    , name
#define RPC_PASS_TEXT(name, size)    , name
#define RPC_PASS_CAP(name)           , name
#define RPC_ADDRESS_WORD(type, name) , &name
#define RPC_ADDRESS_TEXT(name, size) , name
#define RPC_ADDRESS_CAP(name)        , &name
#define RPC_GIVE_WORD(type, name)    rpc_put_word(rpc_m, (uint64_t)name);
#define RPC_GIVE_TEXT(name, size)    rpc_put_text(rpc_m, name, size);
#define RPC_GIVE_CAP(name)           rpc_put_capability(rpc_m, name);

#define RPC_CASE(i, o)                                                                                                           \
    case i##_operation_##o: {                                                                                                    \
        i##_##o##_IN(RPC_TAKE_WORD, RPC_TAKE_TEXT, RPC_TAKE_CAP)                                                                 \
        i##_##o##_OUT(RPC_HOLD_WORD, RPC_HOLD_TEXT, RPC_HOLD_CAP)                                                                \
        if (rpc_m->bad)                                                                                                          \
            break;                                                                                                               \
        rpc_outcome = rpc_operations->o(rpc_self i##_##o##_IN(RPC_PASS_WORD, RPC_PASS_TEXT, RPC_PASS_CAP)                        \
                                            i##_##o##_OUT(RPC_ADDRESS_WORD, RPC_ADDRESS_TEXT, RPC_ADDRESS_CAP));                 \
        rpc_begin_reply(rpc_m);                                                                                                  \
        i##_##o##_OUT(RPC_GIVE_WORD, RPC_GIVE_TEXT, RPC_GIVE_CAP)                                                                \
        break;                                                                                                                   \
    }

#define RPC_NUMBER(i, o)  i##_operation_##o,
#define RPC_NAME(i, o)    #i "." #o,
#define RPC_POINTER(i, o) MUST_USE enum outcome (*o)(struct rpc_object * self RPC_SIGNATURE(i, o));

#define RPC_INTERFACE(i, OPERATIONS)                                                                                             \
    enum { OPERATIONS(RPC_NUMBER) i##_operation_count };                                                                         \
    struct i##_operations {                                                                                                      \
        OPERATIONS(RPC_POINTER)                                                                                                  \
    };                                                                                                                           \
    extern const struct rpc_interface i##_interface;                                                                             \
    OPERATIONS(RPC_STUB)

#define RPC_SERVE(i, OPERATIONS)                                                                                                 \
    static enum outcome i##_dispatch(struct rpc_object *rpc_self, struct rpc_message *rpc_m, uint64_t rpc_operation)             \
    {                                                                                                                            \
        const struct i##_operations *rpc_operations = rpc_self->operations;                                                      \
        enum outcome rpc_outcome = INVALID;                                                                                      \
        switch (rpc_operation) {                                                                                                 \
            OPERATIONS(RPC_CASE)                                                                                                 \
        }                                                                                                                        \
        return rpc_outcome;                                                                                                      \
    }                                                                                                                            \
    static const char *const i##_names[] = { OPERATIONS(RPC_NAME) };                                                             \
    const struct rpc_interface i##_interface = { #i, i##_names, i##_operation_count, i##_dispatch };
