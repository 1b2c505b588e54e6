<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** What of a page's address may leave: addresses carry names, mail addresses and tokens in their parameters. */
final class Address
{
    /** What Joomla itself needs to find a page again. */
    private const ROUTING = ['option', 'view', 'id', 'catid', 'Itemid', 'layout', 'lang'];

    private const VALUE = '/^[\w:.-]{1,100}$/D';

    /** Scheme, host and path, and the parameters by which Joomla finds the page. */
    public static function kept(string $url): string
    {
        [$url] = explode('#', $url, 2);
        [$place, $query] = explode('?', $url, 2) + [1 => ''];
        $place = preg_replace('~^([a-z][a-z0-9+.-]*://)[^/]*@~i', '$1', $place) ?? '';
        $kept = [];

        foreach (explode('&', $query) as $pair) {
            [$name, $value] = array_map('urldecode', explode('=', $pair, 2) + [1 => '']);

            if (\in_array($name, self::ROUTING, true) && preg_match(self::VALUE, $value) === 1) {
                $kept[] = $name . '=' . $value;
            }
        }

        return $kept === [] ? $place : $place . '?' . implode('&', $kept);
    }
}
