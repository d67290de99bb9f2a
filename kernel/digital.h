/*
 * A digital search tree: an index from 64-bit keys to nodes that lie in somebody's structures (Knuth, The Art of Computer
 * Programming, vol. 3, §6.3, algorithm D).
 *
 * It is a binary tree in which the way down is given by the bits of the key, highest first, and every node on the way may
 * hold a key itself. So no way is longer than 65 nodes whatever the keys are, nothing is ever rebalanced, and no memory is
 * needed but the nodes: the kernel's passes stay bounded without an account to charge. With keys that are spread, a way has
 * about log2(n) nodes.
 *
 * The keys of a tree are different. A user embeds the node; the tree is a pointer to its root, NULL when it is empty.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct digital_node {
    uint64_t key;
    struct digital_node *child[2];
};

/* The node with this key, or NULL. */
static inline struct digital_node *digital_find(struct digital_node *root, uint64_t key)
{
    for (uint64_t rest = key; root && root->key != key; rest <<= 1)
        root = root->child[rest >> 63];
    return root;
}

/* The node with the smallest key that is not below key, or NULL. */
struct digital_node *digital_next(struct digital_node *root, uint64_t key);

/* Adds node; its key is set, and no node has it. */
void digital_insert(struct digital_node **root, struct digital_node *node);

/* Takes out node, which is in the tree. */
void digital_remove(struct digital_node **root, struct digital_node *node);

/* Puts node, not in the tree, where old was, and takes old out. They have the same key. */
void digital_replace(struct digital_node **root, struct digital_node *old, struct digital_node *node);
