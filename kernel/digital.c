#include "digital.h"

/* Where the pointer to the node with this key is, or would be. Keys below a pointer at depth d share their first d bits. */
static struct digital_node **slot_of(struct digital_node **root, uint64_t key)
{
    struct digital_node **slot = root;

    for (uint64_t rest = key; *slot && (*slot)->key != key; rest <<= 1)
        slot = &(*slot)->child[rest >> 63];
    return slot;
}

static struct digital_node *smaller(struct digital_node *a, struct digital_node *b)
{
    return !a || b->key < a->key ? b : a;
}

/*
 * What is not below key is on the way to it, or right of it. Of the subtrees to the right of the way the deepest has the
 * smallest keys; in it the smallest is on the way that goes left wherever it can.
 */
struct digital_node *digital_next(struct digital_node *root, uint64_t key)
{
    struct digital_node *best = NULL;
    struct digital_node *right = NULL;

    for (uint64_t rest = key; root; rest <<= 1) {
        if (root->key == key)
            return root;
        if (root->key > key)
            best = smaller(best, root);
        if (!(rest >> 63) && root->child[1])
            right = root->child[1];
        root = root->child[rest >> 63];
    }
    for (; right; right = right->child[right->child[0] ? 0 : 1])
        best = smaller(best, right);
    return best;
}

void digital_insert(struct digital_node **root, struct digital_node *node)
{
    node->child[0] = node->child[1] = NULL;
    *slot_of(root, node->key) = node;
}

void digital_replace(struct digital_node **root, struct digital_node *old, struct digital_node *node)
{
    node->child[0] = old->child[0];
    node->child[1] = old->child[1];
    *slot_of(root, old->key) = node;
}

/* Any leaf below the node can stand in its place: it shares all the bits that lead there. */
void digital_remove(struct digital_node **root, struct digital_node *node)
{
    struct digital_node **slot = slot_of(root, node->key);
    struct digital_node **leaf = slot;

    while ((*leaf)->child[0] || (*leaf)->child[1])
        leaf = &(*leaf)->child[(*leaf)->child[0] ? 0 : 1];
    struct digital_node *substitute = *leaf;
    *leaf = NULL;
    if (substitute == node)
        return;
    substitute->child[0] = node->child[0];
    substitute->child[1] = node->child[1];
    *slot = substitute;
}
